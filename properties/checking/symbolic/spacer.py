"""Spacer: Z3 looks for the invariant itself; what it finds is extracted and checked again by plain queries.

The certificate is a formula over the state's variables. It counts only after three plain queries have shown that it
holds at first, is kept by every transition, and implies the claim: a defect in Spacer cannot make a claim true.
"""

import attrs
import z3

from seatrial.properties.checking.symbolic.answer import Answer, proved, unknown
from seatrial.properties.checking.symbolic.bmc import DEPTH, search
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, find
from seatrial.properties.checking.symbolic.states import at_step, leaves
from seatrial.properties.checking.symbolic.system import Clause, Compilation, CountModel, compile_model
from seatrial.properties.checking.symbolic.terms import Term


@attrs.frozen
class Spacer:
    """The rule: some invariant that Spacer finds implies the claim."""

    model: CountModel
    claim: Clause
    depth: int = DEPTH
    name: str = "Spacer, certificate rechecked"

    def check(self, limits: Limits) -> Answer:
        """PROVED with the certificate; VIOLATED with a replayed run; UNKNOWN."""
        compilation = compile_model(self.model)
        claim = compilation.holds(self.claim.holds)
        certificate = find_certificate(compilation, claim, limits)
        if certificate is None:
            return search(self.model, self.claim, limits, self.depth)
        if isinstance(certificate, str):
            return unknown(f"Spacer gave up: {certificate}")
        try:
            wrong = recheck(compilation, claim, certificate, limits)
        except SolverGaveUpError as error:
            return unknown(f"the certificate could not be rechecked: {error}", error.query)
        if wrong:
            return unknown(f"Spacer's certificate is wrong: {wrong}; please report it with the proof's name")
        return proved("the certificate was rechecked", *(f"always: {each}" for each in conjuncts(certificate)))


def find_certificate(compilation: Compilation, claim: Term, limits: Limits) -> Term | str | None:
    """An invariant over the variables of the state; None when the claim fails; a text when Spacer gave up."""
    now, after = compilation.variables, leaves(at_step(compilation.state, "next"))
    relation = z3.Function("invariant", *(each.sort() for each in now), z3.BoolSort())
    solver = limits.solver("HORN")
    solver.add(z3.ForAll(now, z3.Implies(z3.And(compilation.domain, compilation.initial), relation(*now))))
    for each in compilation.transitions:
        chosen = [choice.term for choice in each.choices]
        same = [new == term for new, term in zip(after, each.after_terms, strict=True)]
        step = z3.And(relation(*now), each.guard, *same)
        solver.add(z3.ForAll([*now, *after, *chosen], z3.Implies(step, relation(*after))))
    solver.add(z3.ForAll(now, z3.Implies(z3.And(relation(*now), z3.Not(claim)), z3.BoolVal(False))))  # noqa: FBT003
    alone = z3.Context()  # read as text where nothing was asked before: what was would change how long Spacer takes
    fresh = limits.solver("HORN", alone)
    fresh.add(z3.parse_smt2_string(solver.to_smt2(), ctx=alone))
    found = fresh.check()
    if found == z3.unsat:
        return None
    if found == z3.unknown:
        return str(fresh.reason_unknown())
    invariant = fresh.model().eval(relation(*now).translate(alone))
    return z3.simplify(invariant.translate(z3.main_ctx()))


def recheck(compilation: Compilation, claim: Term, certificate: Term, limits: Limits) -> str:
    """What is wrong with a certificate, "" if nothing; plain queries only. Raises SolverGaveUpError."""
    here = z3.And(compilation.domain, certificate)
    if find(limits, compilation.initial, z3.Not(certificate)) is not None:
        return "it does not hold at first"
    if find(limits, here, z3.Not(claim)) is not None:
        return "it does not imply the claim"
    for each in compilation.transitions:
        pairs = list(zip(compilation.variables, each.after_terms, strict=True))
        if find(limits, here, each.guard, z3.Not(z3.substitute(certificate, *pairs))) is not None:
            return f"{each.transition.name} does not keep it"
    return ""


def conjuncts(certificate: Term) -> tuple[str, ...]:
    """The parts of a certificate, in the names of the state's fields."""
    parts = certificate.children() if z3.is_and(certificate) else [certificate]
    return tuple(" ".join(str(z3.simplify(part)).split()) for part in parts)
