"""JSON trees, as patches meet them."""

from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(("a", "b", "c", "d"))
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.booleans(), st.integers(-3, 3), st.sampled_from((0.5, 1.0)), st.sampled_from(("", "x", "1", "a b"))
)


def trees(leaves: st.SearchStrategy[Any] = SCALARS) -> st.SearchStrategy[Any]:
    """Any tree with the given leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    )


def objects(leaves: st.SearchStrategy[Any] = SCALARS) -> st.SearchStrategy[dict[str, Any]]:
    """An object with the given leaves."""
    return st.dictionaries(KEYS, trees(leaves), max_size=4)


def containers() -> st.SearchStrategy[list[dict[str, Any]]]:
    """The containers of a pod: distinct names, with image, env and ports that are merged by key."""
    names = st.sampled_from(("web", "side", "log"))
    variables = st.lists(
        st.fixed_dictionaries({"name": st.sampled_from("ABC"), "value": st.sampled_from("xyz")}),
        unique_by=lambda variable: variable["name"],
        max_size=3,
    )
    container = st.fixed_dictionaries(
        {"name": names}, optional={"image": st.sampled_from(("i:1", "i:2")), "env": variables}
    )
    return st.lists(container, unique_by=lambda held: held["name"], max_size=3)


def pods() -> st.SearchStrategy[dict[str, Any]]:
    """A pod with containers, finalizers, labels and tolerations."""
    metadata = st.fixed_dictionaries(
        {"name": st.just("p")},
        optional={
            "labels": st.dictionaries(KEYS, st.sampled_from("xy"), max_size=3),
            "finalizers": st.lists(st.sampled_from(("f/1", "f/2", "f/3")), unique=True, max_size=3),
        },
    )
    toleration = st.fixed_dictionaries({"key": KEYS, "operator": st.just("Exists")})
    spec = st.fixed_dictionaries(
        {"containers": containers()}, optional={"tolerations": st.lists(toleration, max_size=2)}
    )
    head = {"apiVersion": st.just("v1"), "kind": st.just("Pod")}
    return st.fixed_dictionaries({**head, "metadata": metadata, "spec": spec})
