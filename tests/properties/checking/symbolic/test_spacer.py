"""Spacer's certificates count only after plain queries have checked them."""

import pytest
import z3

from seatrial.properties.checking.symbolic import spacer
from seatrial.properties.checking.symbolic.query import Limits
from seatrial.properties.checking.symbolic.spacer import Spacer, conjuncts, find_certificate, recheck
from seatrial.properties.checking.symbolic.system import compile_model
from seatrial.properties.checking.verdict import PROVED, UNKNOWN, VIOLATED
from tests.properties.checking.symbolic.toys import BROKEN, FEW_DONE, MODEL, WITHIN

LIMITS = Limits()
COMPILED = compile_model(MODEL)
CLAIM = COMPILED.holds(FEW_DONE.holds)


def test_it_finds_an_invariant_by_itself() -> None:
    """The claim is not inductive; the certificate is, and is shown in the names of the fields."""
    found = Spacer(MODEL, FEW_DONE).check(LIMITS)
    assert PROVED == found.verdict
    assert any("done" in each and "limit" in each for each in found.explained)


def test_a_claim_that_fails_is_refuted_by_a_replayed_run() -> None:
    """The run is looked for apart from Spacer."""
    found = Spacer(BROKEN, WITHIN).check(LIMITS)
    assert VIOLATED == found.verdict
    assert found.run is not None
    assert not WITHIN.holds(found.run.states[-1])


@pytest.mark.parametrize(("certificate", "why"), [
    (lambda s: s.done > 0, "does not hold at first"),
    (lambda s: s.done >= 0, "does not imply the claim"),
    (lambda s: s.done <= s.limit, "finish does not keep it"),
])
def test_a_wrong_certificate_is_seen(certificate: object, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: not at first, too weak, or not kept; then nothing is proved."""
    term = COMPILED.holds(certificate)  # type: ignore[arg-type]
    assert why in recheck(COMPILED, CLAIM, term, LIMITS)
    monkeypatch.setattr(spacer, "find_certificate", lambda *_: term)
    found = Spacer(MODEL, FEW_DONE).check(LIMITS)
    assert UNKNOWN == found.verdict
    assert why in found.reason


def test_a_right_certificate_passes() -> None:
    """What Spacer found, checked again."""
    certificate = find_certificate(COMPILED, CLAIM, LIMITS)
    assert isinstance(certificate, z3.ExprRef)
    assert "" == recheck(COMPILED, CLAIM, certificate, LIMITS)
    assert len(conjuncts(certificate)) >= 1
