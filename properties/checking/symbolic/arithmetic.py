"""Claims about functions of integers alone: no transitions, all values at once."""

from functools import partial
from typing import Any

import attrs
import z3

from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.properties.checking.symbolic.answer import Answer, Run, proved, say_state, unknown, violated
from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.query import Limits, SolverGaveUpError, find
from seatrial.properties.checking.symbolic.states import concretize, domain, symbolic
from seatrial.properties.checking.symbolic.system import Clause, CountModel
from seatrial.properties.checking.symbolic.terms import bool_term, truth


def meets(assumptions: tuple[Clause, ...], values: object) -> bool:
    """Do the values meet all assumptions?"""
    return all(each.holds(values) for each in assumptions)


@attrs.frozen
class Lemma:
    """The rule: for all values of a frozen class that meet the assumptions, each claim holds.

    A counterexample is evaluated by the native functions.
    """

    values: type[Any]
    assumptions: tuple[Clause, ...]
    claims: tuple[Clause, ...]
    name: str = "arithmetic"

    @property
    def model(self) -> CountModel:
        """The values as a model in which nothing happens."""
        return CountModel("values", self.values, partial(meets, self.assumptions), ())

    def check(self, limits: Limits) -> Answer:
        """PROVED, VIOLATED with the values, or UNKNOWN."""
        values = symbolic(self.values)
        assumed = [*domain(values), *(bool_term(truth(lift(each.holds)(values))) for each in self.assumptions)]
        for claim in self.claims:
            try:
                model = find(limits, *assumed, z3.Not(bool_term(truth(lift(claim.holds)(values)))))
            except SolverGaveUpError as error:
                return unknown(f"'{claim.says}': {error}", error.query)
            if model is not None:
                return self.refuted(claim, concretize(model, values))
        return proved("no values break it", *(f"if {each.says}" for each in self.assumptions),
                      *(f"then {each.says}" for each in self.claims))

    def refuted(self, claim: Clause, found: object) -> Answer:
        """The values, if the native functions agree that they break the claim; raises ReplayDisagrees."""
        if claim.holds(found) or not meets(self.assumptions, found):
            raise ReplayDisagrees(f"the solver says that {found} breaks '{claim.says}', the functions do not")
        return violated(Run(self.model, (found,), (), f"not so: {claim.says}; with {say_state(found)}"))
