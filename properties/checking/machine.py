"""Hypothesis: a RuleBasedStateMachine generated from the steps of a cluster, for shrinking and pytest's own way.

Each kind of step is a rule, possible while the cluster offers an Action of it; which Action is drawn from what is
offered. After each rule the safety properties are judged; at the end the system runs fairly and the liveness
properties are judged. No profile is registered: `settings_for` makes the settings of `dev`, `ci` and `nightly`.
"""

from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from seatrial.model.actions import Action
from seatrial.model.cluster import STEPS, Cluster
from seatrial.model.run import Run
from seatrial.model.steps import Step
from seatrial.properties.checking.fair import CUT_OFF, fails_at_end, run_fairly
from seatrial.properties.checking.replay import confirm
from seatrial.properties.checking.verdict import BOUNDED, UNKNOWN, VIOLATED, Counterexample, Verdict
from seatrial.properties.checking.walk import Budget, Tally
from seatrial.properties.property import ALWAYS, LIVENESS, SOMETIMES, STEP, Property

PROFILES = {"dev": (50, 40), "ci": (200, 60), "nightly": (10_000, 120)}
LONGEST_SUFFIX = 5_000


class Violated(AssertionError):  # noqa: N818 -- it names what is wrong
    """A property is broken at the end of the rules taken."""

    def __init__(self, found: Counterexample) -> None:
        super().__init__(f"{found.property}: {found.sentence}")
        self.found = found


def settings_for(profile: str) -> settings:
    """The settings of a profile: dev, ci or nightly; derandomised and without a database, so output is reproducible."""
    examples, steps = PROFILES[profile]
    return settings(max_examples=examples, stateful_step_count=steps, derandomize=True, database=None, deadline=None,
                    suppress_health_check=list(HealthCheck), print_blob=False)


def machine_for(initial: Cluster, properties: tuple[Property, ...],
                tally: Tally | None = None) -> type[RuleBasedStateMachine]:
    """A state machine class over a cluster: use it as a TestCase, or give it to `run_state_machine_as_test`."""
    counted = tally if tally is not None else Tally()

    def begin(self: Any) -> None:  # noqa: ANN401 -- the class made below
        RuleBasedStateMachine.__init__(self)
        self.run = Run(initial)
        counted.walks += 1

    def end(self: Any) -> None:  # noqa: ANN401 -- the class made below
        judge_end(initial, self.run, properties, counted)

    rules = {f"take_{step.name}": _rule_for(step, properties, counted) for step in STEPS}
    return type("ClusterMachine", (RuleBasedStateMachine,),
                {"__init__": begin, "teardown": end, "rest": _rest(), **rules})


def _rest() -> Any:  # noqa: ANN401 -- a Rule
    """Where nothing can happen any more, nothing does: Hypothesis wants a rule that is possible in every state."""
    def rest(self: Any) -> None:  # noqa: ANN401 -- the class made above
        del self

    return precondition(lambda self: not self.run.anchors)(rule()(rest))


def _rule_for(step: Step, properties: tuple[Property, ...], tally: Tally) -> Any:  # noqa: ANN401 -- a Rule
    def take(self: Any, data: st.DataObject) -> None:  # noqa: ANN401 -- the class made above
        action = data.draw(st.sampled_from(_offered(self.run, step)), label=step.name)
        before = self.run.cluster
        self.run.take(action)
        tally.steps += 1
        judge_step(self.run, before, properties, tally)

    take.__name__ = f"take_{step.name}"
    return precondition(lambda self: bool(_offered(self.run, step)))(rule(data=st.data())(take))


def _offered(run: Run, step: Step) -> list[Action]:
    return [action for anchor in run.anchors if anchor.table == step.anchor for action in run.offered(anchor)
            if action.step == step.name]


def judge_step(run: Run, before: Cluster, properties: tuple[Property, ...], tally: Tally) -> None:
    """Raises Violated when the last step broke a safety property; notes what was seen."""
    for each in properties:
        if not each.concerns(run.written):
            continue
        said = None
        if each.kind == STEP:
            said = each.predicate(before, run.actions[-1], run.cluster)
        elif each.kind == ALWAYS:
            said = each.predicate(run.cluster)
        elif each.kind == SOMETIMES and each.name not in tally.seen and each.predicate(run.cluster):
            tally.seen[each.name] = None
        if said:
            taken = tuple(run.actions)
            raise Violated(Counterexample(each.name, taken, said, len(taken)))


def judge_end(initial: Cluster, run: Run, properties: tuple[Property, ...], tally: Tally) -> None:
    """Runs the system fairly; raises Violated when a goal is not reached and kept."""
    goals = [each for each in properties if each.kind in LIVENESS]
    if not goals:
        return
    stem = len(run.actions)
    suffix = run_fairly(run, Random(0), LONGEST_SUFFIX, lambda _: None)  # noqa: S311 -- a search, not a secret
    tally.suffixes += 1
    tally.cut_off += suffix.end == CUT_OFF
    for each in goals:
        if (said := fails_at_end(each, initial, run, suffix)) is not None:
            raise Violated(Counterexample(each.name, tuple(run.actions), said, stem, suffix.loop))


def search_with_hypothesis(initial: Cluster, properties: tuple[Property, ...], seed: int,
                           budget: Budget) -> tuple[Tally, tuple[Verdict, ...]]:
    """Lets Hypothesis search each property by itself, so that one violation does not hide another."""
    tally = Tally()
    checked = tuple(each for each in properties if each.kind != SOMETIMES)
    watched = tuple(each for each in properties if each.kind == SOMETIMES)
    examples = max(budget.steps // (40 * max(len(checked), 1)), 20)
    for each in checked:
        found = _search_one(initial, (each, *watched), seed, examples, tally)
        if found is not None:
            confirm(initial, each, found)
            tally.found[each.name] = found
    return tally, tuple(_verdict(each, tally) for each in checked)


def _search_one(initial: Cluster, properties: tuple[Property, ...], seed: int, examples: int,
                tally: Tally) -> Counterexample | None:
    machine: Any = seeded(seed)(machine_for(initial, properties, tally))
    wanted = settings(settings_for("dev"), max_examples=examples, derandomize=False,
                      phases=(Phase.generate,))  # seatrial.properties.checking.shrink shortens faster, and replays
    try:
        run_state_machine_as_test(machine, settings=wanted)
    except Violated as violated:
        return violated.found
    return None


def _verdict(each: Property, tally: Tally) -> Verdict:
    found = tally.found.get(each.name)
    if found is not None:
        return Verdict(each.name, VIOLATED, found.sentence, found)
    if each.sibling and each.sibling not in tally.seen:
        return Verdict(each.name, UNKNOWN, f"its premise was never reached ({each.sibling})")
    return Verdict(each.name, BOUNDED, f"nothing found in {tally.steps} steps of {tally.walks} examples")
