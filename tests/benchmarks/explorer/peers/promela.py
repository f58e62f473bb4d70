"""The scenario in Promela, for SPIN: one process whose options are the instances of all events.

A pod is a byte: 0 for none, 1 for a new one, else 4 * (node + 1), plus 2 when it runs, plus 1 when it is being deleted.
Every event is one `d_step`, so that it is one transition. What must hold is an option of its own, which is possible
only where it does not: it is judged once in each state and adds no transition.
"""

from collections.abc import Iterable, Iterator

from tests.benchmarks.explorer.scenario import Size

MACROS = """\
#define ABSENT 0
#define NEW 1
#define BOUND(n) (4 * (n) + 4)
#define ACTIVE(p) ((p) == NEW || ((p) >= 4 && !((p) & 1)))
#define ON(p, n) (((p) >> 2) == (n) + 1)
#define STAYS(p, n) (((p) & 253) == BOUND(n))
#define GOES(p, n) (((p) & 253) == BOUND(n) + 1)
#define READY(p) ((p) >= 4 && ((p) & 3) == 2)
#define WORTH(p) (ACTIVE(p) -> ((p) == NEW -> 0 : 1 + (((p) & 2) >> 1)) : 3)
#define NOTHING 0
#define ADD 1
#define DELETE 2
#define NONE 0
#define UP 1
#define EXITED 2
"""
Event = tuple[str, str]  # what it asks, what it does


def joined(terms: Iterable[str], operator: str) -> str:
    """Terms between an operator, in brackets."""
    return "(" + f" {operator} ".join(terms) + ")"


def promela(size: Size) -> str:
    """The program that `spin -a` reads."""
    system, environment = tuple(system_events(size)), tuple(environment_events(size))
    options = "\n".join(f"  :: d_step {{ {asks} -> {does} }}" for asks, does in (*system, *environment))
    busy = joined((f"({asks})" for asks, _ in system), "||")
    return f"""{MACROS}
byte wanted[{size.replicasets}] = 1, seen[{size.replicasets}] = 1, waits[{size.replicasets}];
byte pod[{pods(size)}], copy[{pods(size)}], cache[{pods(size)}], box[{pods(size) * size.nodes}];
byte up[{size.nodes}] = 1, faults = {size.faults}, scales = {size.scales};

active proctype world() {{
end: do
{options}
  :: d_step {{ !{joined(promises(size), "&&")} -> assert(false) }}
  :: d_step {{ !{joined(goals(size), "&&")} && !{busy} -> assert(false) }}
  od
}}
"""


def pods(size: Size) -> int:
    """How many slots there are."""
    return size.replicasets * size.slots


def slots(size: Size, replicaset: int) -> range:
    """The slots of a ReplicaSet."""
    return range(replicaset * size.slots, (replicaset + 1) * size.slots)


def box(size: Size, node: int, pod: int) -> str:
    """The container of a pod on a node."""
    return f"box[{node * pods(size) + pod}]"


def system_events(size: Size) -> Iterator[Event]:
    """What the control loops, the kubelets and repairs do."""
    for replicaset in range(size.replicasets):
        yield from controller(size, replicaset)
    for pod in range(pods(size)):
        yield f"cache[{pod}] != pod[{pod}]", f"cache[{pod}] = pod[{pod}]"
        for node in range(size.nodes):
            taken = joined((f"ON(cache[{each}], {node})" for each in range(pods(size)) if each != pod), "+")
            yield (f"pod[{pod}] == NEW && cache[{pod}] == NEW && up[{node}] && {taken} < {size.capacity}",
                   f"pod[{pod}] = BOUND({node}); cache[{pod}] = BOUND({node})")
            yield f"!up[{node}] && ON(pod[{pod}], {node})", f"pod[{pod}] = ABSENT"
            yield from kubelet(node, f"pod[{pod}]", box(size, node, pod))
    for node in range(size.nodes):
        yield f"!up[{node}]", f"up[{node}] = 1"


def controller(size: Size, replicaset: int) -> Iterator[Event]:
    """What the ReplicaSet controller does for one ReplicaSet."""
    own, waits = slots(size, replicaset), f"waits[{replicaset}]"
    active = joined((f"ACTIVE(copy[{pod}])" for pod in own), "+")
    free = {pod: joined((f"pod[{pod}] == ABSENT", f"copy[{pod}] == ABSENT", f"cache[{pod}] == ABSENT",
                         *(f"{box(size, node, pod)} == NONE" for node in range(size.nodes))), "&&") for pod in own}
    takes = "skip"
    for pod in reversed(own):
        takes = f"if :: {free[pod]} -> pod[{pod}] = NEW :: else -> {takes} fi"
    yield f"seen[{replicaset}] != wanted[{replicaset}]", f"seen[{replicaset}] = wanted[{replicaset}]"
    yield (f"{waits} == NOTHING && {active} < seen[{replicaset}] && {joined(free.values(), '||')}",
           f"{takes}; {waits} = ADD")
    yield f"{waits} != NOTHING && {joined((f'pod[{pod}] == copy[{pod}]' for pod in own), '&&')}", f"{waits} = NOTHING"
    for pod in own:
        least = joined((f"WORTH(copy[{pod}]) <= WORTH(copy[{each}])" for each in own if each != pod), "&&") if len(
            own) > 1 else "true"
        both = f"ACTIVE(copy[{pod}]) && ACTIVE(pod[{pod}])"
        yield (f"{waits} == NOTHING && {both} && {active} > seen[{replicaset}] && {least}",
               f"pod[{pod}] = (pod[{pod}] == NEW -> ABSENT : pod[{pod}] | 1); {waits} = DELETE")
        came = f"{waits} == ADD && copy[{pod}] == ABSENT"
        went = f"{waits} == DELETE && ACTIVE(copy[{pod}]) && !ACTIVE(pod[{pod}])"
        yield (f"copy[{pod}] != pod[{pod}]",
               f"{waits} = (({came}) || ({went}) -> NOTHING : {waits}); copy[{pod}] = pod[{pod}]")


def kubelet(node: int, pod: str, held: str) -> Iterator[Event]:
    """What a kubelet does for one pod."""
    stays, goes, is_up = f"STAYS({pod}, {node})", f"GOES({pod}, {node})", f"up[{node}]"
    yield f"{held} != UP && {is_up} && {stays}", f"{held} = UP"
    yield f"{held} == UP && {is_up} && {stays} && !READY({pod})", f"{pod} = {pod} | 2"
    yield f"{held} != UP && {is_up} && {stays} && READY({pod})", f"{pod} = BOUND({node})"
    yield f"{held} != NONE && !{stays}", f"{held} = NONE"
    yield f"{held} == NONE && {is_up} && {goes}", f"{pod} = ABSENT"


def environment_events(size: Size) -> Iterator[Event]:
    """What users and faults do, within their budgets."""
    everyone = range(pods(size))
    for replicaset in range(size.replicasets):
        for replicas in range(size.desired + 1):
            yield f"scales && wanted[{replicaset}] != {replicas}", f"wanted[{replicaset}] = {replicas}; scales--"
    for node in range(size.nodes):
        lost = "; ".join(f"{box(size, node, pod)} = NONE" for pod in everyone)
        yield f"faults && up[{node}]", f"up[{node}] = 0; faults--; {lost}"
        for pod in everyone:
            yield f"faults && {box(size, node, pod)} == UP", f"{box(size, node, pod)} = EXITED; faults--"
    listed = "; ".join(f"copy[{pod}] = pod[{pod}]" for pod in everyone)
    read = "; ".join(f"seen[{each}] = wanted[{each}]; waits[{each}] = NOTHING" for each in range(size.replicasets))
    yield "faults", f"faults--; {listed}; {read}"
    yield "faults", "faults--; " + "; ".join(f"cache[{pod}] = pod[{pod}]" for pod in everyone)


def promises(size: Size) -> Iterator[str]:
    """What must hold in every state."""
    everyone = range(pods(size))
    for node in range(size.nodes):
        yield joined((f"ON(pod[{pod}], {node})" for pod in everyone), "+") + f" <= {size.capacity}"
    for pod in everyone:
        yield joined((f"({box(size, node, pod)} != NONE)" for node in range(size.nodes)), "+") + " <= 1"
    for replicaset in range(size.replicasets):
        yield joined((f"ACTIVE(pod[{pod}])" for pod in slots(size, replicaset)), "+") + f" <= {size.desired}"


def goals(size: Size) -> Iterator[str]:
    """What must hold where the system has nothing left to do."""
    for replicaset in range(size.replicasets):
        ready = joined((f"READY(pod[{pod}])" for pod in slots(size, replicaset)), "+")
        yield f"{ready} == wanted[{replicaset}]"
