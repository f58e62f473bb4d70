"""The phase of a pod: what its containers add up to."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import (
    Container,
    ContainerState,
    ContainerStatus,
    Pod,
    PodSpec,
    Running,
    Terminated,
    Waiting,
)
from seatrial.model.api.meta import ObjectMeta
from seatrial.model.node.phase import Tally, decide_phase, get_phase

COUNT = st.integers(min_value=0, max_value=2)
TALLIES = st.builds(Tally, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT, COUNT)


def status(name: str, state: ContainerState) -> ContainerStatus:
    """A container's status."""
    return ContainerStatus(name, state=state)


def phase_of(policy: str, *states: ContainerState, is_terminal: bool = False) -> str:
    """The phase of a pod whose containers are in these states."""
    names = [f"c{at}" for at in range(len(states))]
    pod = Pod(ObjectMeta(name="p"), PodSpec(containers=tuple(map(Container, names)), restart_policy=policy))
    statuses = tuple(status(name, state) for name, state in zip(names, states, strict=True))
    return get_phase(pod, statuses, is_terminal=is_terminal, has_initialized=True)


RUNS = ContainerState(running=Running(0))
WAITS = ContainerState(waiting=Waiting("ContainerCreating"))
DONE, FAILED = (ContainerState(terminated=Terminated(code)) for code in (0, 1))


def test_one_that_waits_makes_a_pod_pending() -> None:
    """A container that never started keeps a pod Pending."""
    assert "Pending" == phase_of("Always", RUNS, WAITS)
    assert "Running" == phase_of("Always", RUNS, FAILED)


def test_the_policy_says_what_an_end_means() -> None:
    """All ended: Always runs on, OnFailure runs on after a failure, Never ends by the exit codes."""
    assert ["Running", "Succeeded", "Succeeded"] == [phase_of(each, DONE) for each in ("Always", "OnFailure", "Never")]
    assert ["Running", "Running", "Failed"] == [
        phase_of(each, DONE, FAILED) for each in ("Always", "OnFailure", "Never")
    ]


def test_a_terminal_pod_ends_whatever_the_policy() -> None:
    """A pod that is never started again is Succeeded or Failed even under Always."""
    assert "Succeeded" == phase_of("Always", DONE, is_terminal=True)
    assert "Failed" == phase_of("Always", FAILED, is_terminal=True)


@given(TALLIES, st.booleans(), st.booleans())
def test_a_phase_is_one_of_four(counts: Tally, is_terminal: bool, has_initialized: bool) -> None:
    """Whatever is counted, there is a phase, and no pod with a running container has ended well."""
    phase = decide_phase(counts, is_terminal=is_terminal, has_initialized=has_initialized)
    assert phase in ("Pending", "Running", "Succeeded", "Failed")
    assert not (phase == "Succeeded" and counts.running)
