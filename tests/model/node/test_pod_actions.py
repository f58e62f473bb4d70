"""What a sync does: it starts what is missing, and nothing twice."""

import attrs

from seatrial.model.api.core import Container, Pod
from seatrial.model.node.pod_actions import RuntimePod, RuntimeStatus, SandboxStatus, compute_pod_actions
from tests.model.node.clusters import make_pod

READY = (SandboxStatus("s"),)
INIT = (Container("one", image="i"), Container("two", image="i"))


def held(*statuses: RuntimeStatus, sandboxes: tuple[SandboxStatus, ...] = READY) -> RuntimePod:
    """What the runtime shows."""
    return RuntimePod(statuses, sandboxes)


def test_without_a_sandbox_one_is_created() -> None:
    """A new pod gets a sandbox, and its containers or its first init container."""
    actions = compute_pod_actions(make_pod(), RuntimePod())
    assert (True, (0,), ()) == (actions.create_sandbox, actions.containers_to_start, actions.init_containers_to_start)
    with_init = compute_pod_actions(make_pod(init_containers=INIT), RuntimePod())
    assert ((), (0,)) == (with_init.containers_to_start, with_init.init_containers_to_start)


def test_a_running_container_is_left_alone() -> None:
    """Nothing is done to a pod whose container runs."""
    actions = compute_pod_actions(make_pod(), held(RuntimeStatus("a", "app", "running")))
    assert (False, (), ()) == (actions.kill_pod, actions.containers_to_start, actions.containers_to_kill)


def test_a_created_container_is_started_anew() -> None:
    """A container that was created and never started, as after a lost reply, is started."""
    assert (0,) == compute_pod_actions(make_pod(), held(RuntimeStatus("a", "app", "created"))).containers_to_start


def test_an_unknown_container_is_killed_first() -> None:
    """Of a container in an unknown state nobody knows whether it runs: it is killed before it starts again."""
    actions = compute_pod_actions(make_pod(), held(RuntimeStatus("a", "app", "unknown")))
    assert ((0,), ["a"]) == (actions.containers_to_start, [each.id for each in actions.containers_to_kill])


def test_the_next_init_container_starts_after_the_last() -> None:
    """Init containers start in order, the containers after all of them."""
    pod = make_pod(init_containers=INIT)
    one = RuntimeStatus("a", "one", "exited")
    assert (1,) == compute_pod_actions(pod, held(one)).init_containers_to_start
    both = compute_pod_actions(pod, held(RuntimeStatus("b", "two", "exited"), one))
    assert ((), (0,)) == (both.init_containers_to_start, both.containers_to_start)


def test_a_failed_init_container_ends_a_pod_that_is_never_restarted() -> None:
    """Under Never a failed init container kills the pod; under Always it runs again."""
    failed = held(RuntimeStatus("a", "one", "exited", 1))
    assert compute_pod_actions(make_pod(policy="Never", init_containers=INIT), failed).kill_pod
    assert (0,) == compute_pod_actions(make_pod(init_containers=INIT), failed).init_containers_to_start


def test_a_pod_in_deletion_starts_nothing() -> None:
    """Nothing that ended is started again once the pod is in deletion."""
    pod: Pod = make_pod()
    dying = attrs.evolve(pod, metadata=attrs.evolve(pod.metadata, deletion_timestamp=0))
    assert () == compute_pod_actions(dying, held(RuntimeStatus("a", "app", "exited", 1))).containers_to_start


def test_a_changed_image_restarts_the_container() -> None:
    """A container whose image changed is killed and started, whatever the policy."""
    actions = compute_pod_actions(make_pod(policy="Never"), held(RuntimeStatus("a", "app", "running", changed=True)))
    assert ((0,), 1) == (actions.containers_to_start, len(actions.containers_to_kill))


def test_a_dead_sandbox_of_a_finished_pod_is_not_replaced() -> None:
    """After all containers succeeded under OnFailure no new sandbox is made (k/k#92614)."""
    dead = (SandboxStatus("s", ready=False),)
    done = held(RuntimeStatus("a", "app", "exited"), sandboxes=dead)
    assert not compute_pod_actions(make_pod(policy="OnFailure"), done).create_sandbox
    failed = held(RuntimeStatus("a", "app", "exited", 1), sandboxes=dead)
    assert compute_pod_actions(make_pod(policy="OnFailure"), failed).create_sandbox
