"""JSON trees as a manifest may hold them: nested mappings and lists of text, numbers, flags and null."""

from typing import Any

from hypothesis import strategies as st

# No surrogates, and no characters that YAML cannot write unescaped or that line folding would change.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
KEYS = st.text(st.characters(codec="ascii", categories=("Ll", "Lu", "Nd")), min_size=1, max_size=6)


def trees() -> st.SearchStrategy[Any]:
    """Any JSON value, at most a few levels deep."""
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
        max_leaves=20,
    )
