"""PodTopologySpread's filter as upstream states it and as this model does: one is before placement, one after."""

import attrs

from seatrial.model.scheduler.plugins.pod_topology_spread import fits_skew, fits_skew_before
from seatrial.properties.checking.symbolic.arithmetic import Lemma
from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.proofs.arithmetic import FUNCTIONS
from seatrial.properties.checking.symbolic.system import Clause
from seatrial.properties.checking.verdict import VIOLATED


@attrs.frozen
class Domains:
    """Matching pods in a node's domain and in six others, before a pod that may match is placed on the node."""

    match: int
    others: tuple[int, int, int, int, int, int]
    matches: bool
    too_few: bool
    max_skew: int


@attrs.frozen
class LeastDomains:
    """The same with any number of other domains, by the least of them: no other one can be further behind."""

    match: int
    least: int
    matches: bool
    too_few: bool
    max_skew: int


def own(s: Domains | LeastDomains) -> int:
    """What the pod adds to its domain."""
    return 1 if s.matches else 0


def agree_on_seven(s: Domains) -> bool:
    """Do both formulas say the same of seven domains?"""
    least = 0 if s.too_few else min(s.match, *s.others)
    after = fits_skew(s.match + own(s), s.others, s.max_skew, too_few=s.too_few)
    return after == fits_skew_before(s.match, own(s), least, s.max_skew)


def agree_on_least(s: LeastDomains) -> bool:
    """Do they say the same where only the least of the other domains is known?"""
    least = 0 if s.too_few else min(s.match, s.least)
    after = fits_skew(s.match + own(s), (s.least,), s.max_skew, too_few=s.too_few)
    return after == fits_skew_before(s.match, own(s), least, s.max_skew)


COUNTS = Clause("no count is negative", lambda s: s.match >= 0 and all(other >= 0 for other in s.others))
COUNT = Clause("no count is negative", lambda s: s.match >= 0 and s.least >= 0)
ALLOWED = Clause("maxSkew >= 1, as the API server has it", lambda s: s.max_skew >= 1)
ON_SEVEN = Clause("after placement as before it, with each of seven domains", agree_on_seven)
ON_LEAST = Clause("after placement as before it, with the least of the other domains", agree_on_least)
CLAIM = "the spread filter says the same of the world after placement as upstream says before it"
PARAMETERS = ("every count", "every maxSkew", "too few domains for minDomains or enough", "a pod that matches or not")

PROOFS = (
    Proof("spread-after-placement", f"{CLAIM}, of seven domains", FUNCTIONS, PARAMETERS, (COUNTS.says, ALLOWED.says),
          Lemma(Domains, (COUNTS, ALLOWED), (ON_SEVEN,))),
    Proof("spread-after-placement-by-the-least", f"{CLAIM}, of any number of domains", FUNCTIONS, PARAMETERS,
          (COUNT.says, ALLOWED.says), Lemma(LeastDomains, (COUNT, ALLOWED), (ON_LEAST,))),
    Proof("spread-after-placement-without-skew", CLAIM, FUNCTIONS, PARAMETERS, (COUNTS.says,),
          Lemma(Domains, (COUNTS,), (ON_SEVEN,)), VIOLATED, "spread-after-placement"),
    Proof("spread-after-placement-by-the-least-without-skew", CLAIM, FUNCTIONS, PARAMETERS, (COUNT.says,),
          Lemma(LeastDomains, (COUNT,), (ON_LEAST,)), VIOLATED, "spread-after-placement-by-the-least"),
)
