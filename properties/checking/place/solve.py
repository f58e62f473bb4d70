"""Can these pods be placed, one by one, and how?

The question becomes a world after placement (`world`), the world a problem in counts (`problem`), which a portfolio of
encodings decides (`portfolio`). What is found is replayed through the scheduler's own filters (`order`); that there is
nothing is concluded only from what must hold in every order (`necessity`), or from the question with an order
(`ordered`). What no engine decides in time is UNKNOWN.
"""

from time import monotonic

import attrs

from seatrial.properties.checking.place.answer import FEASIBLE, INFEASIBLE, UNKNOWN, Answer, Placed
from seatrial.properties.checking.place.check import check_question
from seatrial.properties.checking.place.explain import SECONDS_EACH, explain
from seatrial.properties.checking.place.forms import AT_MOST, Formula
from seatrial.properties.checking.place.necessity import necessary
from seatrial.properties.checking.place.order import Step, fill, named, replay, run, total_pods
from seatrial.properties.checking.place.ordered import is_small_enough, ordered_problem, steps_of
from seatrial.properties.checking.place.portfolio import BACK_ENDS, Deadline, Decided, decide, in_seconds
from seatrial.properties.checking.place.problem import Problem, as_stated, new_problem
from seatrial.properties.checking.place.question import Question
from seatrial.properties.checking.place.volume import too_much
from seatrial.properties.checking.place.words import plural
from seatrial.properties.checking.place.world import World, new_world
from seatrial.properties.checking.replay import ReplayDisagrees

OTHER_END_STATES = 3
STEPWISE = ", step by step"
MUTUAL = ("an end state exists in which every constraint holds, but no order of placing the pods one by one reaches "
          "it: some pods each wait for others that are to be placed")


def place(question: Question, *, seconds: float = 10.0, back_end: str = "z3") -> Answer:
    """A placement that was replayed pod by pod, that there is none, or that it was not decided in time.

    Raises PlaceError for a question that cannot be asked, NoSolverError if the back-end (z3 or cpsat) is not
    installed, ValueError if there is no such back-end. Where there is none, the answer says why (`core`) and what
    would be enough (`relaxations`), as far as there is time.
    """
    if back_end not in BACK_ENDS:
        raise ValueError(f"there is no back-end {back_end}; use one of {', '.join(BACK_ENDS)}")
    check_question(question)
    deadline = in_seconds(seconds)
    return explained(question, answer(question, deadline, back_end), deadline, back_end)


def explained(question: Question, found: Answer, deadline: Deadline, back_end: str = "z3") -> Answer:
    """An answer with its core and relaxations, if it says that there is no placement."""
    if found.verdict != INFEASIBLE:
        return found

    def is_feasible(asked: Question) -> bool:
        return answer(asked, in_seconds(min(SECONDS_EACH, deadline.left)), back_end).verdict == FEASIBLE

    why = explain(question, deadline, is_feasible, only_with_order=found.engine.endswith(STEPWISE))
    return attrs.evolve(found, core=why.core, relaxations=why.relaxations, is_minimal=why.is_minimal)


def answer(question: Question, deadline: Deadline, back_end: str = "z3") -> Answer:
    """The same for a question that was checked."""
    began = monotonic()
    found = Search(new_world(question, lean=True), deadline, back_end).run()
    return attrs.evolve(found, seconds=monotonic() - began)


@attrs.frozen(eq=False)
class Search:
    """A world, when to give up, and whom to ask."""

    world: World
    deadline: Deadline
    back_end: str = "z3"

    def run(self) -> Answer:
        """The verdict, from what is cheap to what is not."""
        world = self.world
        reading = necessary(world)
        problem = new_problem(world)
        weaker = problem if reading is as_stated else new_problem(world, reading)
        if too_much(world, weaker) is not None:
            return Answer(INFEASIBLE, nothing(world), engine="sums")
        found = self.decide(problem, world.width)
        if found.asked.values is not None:
            return self.in_some_order(problem, found)
        if not found.asked.none:
            return self.undecided(found)
        if weaker is problem:
            return Answer(INFEASIBLE, nothing(world), engine=found.engine)
        return self.without_end_state(weaker)

    def decide(self, problem: Problem, width: int = 0) -> Decided:
        """What the portfolio says of a problem."""
        return decide(problem, self.deadline, self.back_end, width=width)

    def in_some_order(self, problem: Problem, found: Decided) -> Answer:
        """A placement if this end state, or another one, can be reached."""
        first = found
        for _ in range(OTHER_END_STATES):
            values = found.asked.values
            if values is None:
                break
            replayed = replay(self.world, values)
            if not replayed.left:
                return self.feasible(replayed.taken, found.engine)
            problem = attrs.evolve(problem, always=(*problem.always, another(values)))
            found = self.decide(problem)
        return self.with_order(first)

    def without_end_state(self, weaker: Problem) -> Answer:
        """No end state meets every constraint; yet an order may exist, in which later pods break what once held."""
        found = self.decide(weaker)
        if found.asked.none:
            return Answer(INFEASIBLE, nothing(self.world), engine=found.engine)
        if found.asked.values is None:
            return self.undecided(found)
        replayed = replay(self.world, found.asked.values)
        if not replayed.left:
            return self.feasible(replayed.taken, found.engine)
        return self.with_order(None)

    def with_order(self, end_state: Decided | None) -> Answer:
        """Asks again, step by step; with too many pods for that it stays open."""
        end = () if end_state is None or end_state.asked.values is None else placements(
            self.world, self.cells(end_state.asked.values))
        if not is_small_enough(self.world):
            why = ("an end state exists in which every constraint holds, but no order was found in which the pods can "
                   "be placed one by one" if end else "no end state was found, yet one that constraints on spreading "
                   "or affinity allow on the way may exist")
            return Answer(UNKNOWN, f"{why}, and there are too many pods to ask for every order", end)
        problem = ordered_problem(self.world)
        found = self.decide(problem)
        if found.asked.values is not None:
            return self.feasible(checked(self.world, found.asked.values), f"{found.engine}{STEPWISE}")
        if found.asked.none:
            return Answer(INFEASIBLE, MUTUAL if end else nothing(self.world), end, engine=f"{found.engine}{STEPWISE}")
        return attrs.evolve(self.undecided(found), placement=end)

    def feasible(self, taken: tuple[Step, ...], engine: str) -> Answer:
        """The placement, with its order."""
        return Answer(FEASIBLE, "", placements(self.world, taken), named(self.world, taken), engine=engine)

    def cells(self, values: tuple[int, ...]) -> tuple[Step, ...]:
        """The pods of an end state, in no particular order."""
        return tuple(self.world.cell(at) for at, value in enumerate(values) for _ in range(value))

    def undecided(self, found: Decided) -> Answer:
        """Time is out; with the best that is known."""
        best = fill(self.world)
        if found.asked.partial:
            other = replay(self.world, found.asked.partial)
            best = max(best, other, key=lambda each: len(each.taken))
        total = total_pods(self.world.batches)
        return Answer(
            UNKNOWN, f"no engine decided it in time; {len(best.taken)} of {total} pods can be placed at least",
            placements(self.world, best.taken), engine=found.engine, query=found.asked.query)


def checked(world: World, values: tuple[int, ...]) -> tuple[Step, ...]:
    """The steps that an ordered problem's solution chose; raises ReplayDisagrees if the filters do not take them."""
    replayed = run(world, steps_of(world, values))
    if replayed.left:
        batch, node = replayed.left[0]
        raise ReplayDisagrees(f"the solver places a pod of {world.batches[batch].name} on the node "
                              f"{world.question.nodes[node].metadata.name}, where the filters refuse it")
    return replayed.taken


def nothing(world: World) -> str:
    """The reason, in general, that there is no placement."""
    pods = plural(total_pods(world.batches), "pod")
    if not world.width:
        return f"there is no node to place {pods} on"
    return f"no placement of {pods} on {plural(world.width, 'node')} meets every constraint"


def another(values: tuple[int, ...]) -> Formula:
    """A clearly different end state: some pod is on a node where none of its batch is now."""
    return Formula(AT_MOST, (), {at: 1 for at, value in enumerate(values) if value}, sum(values) - 1)


def placements(world: World, taken: tuple[Step, ...]) -> tuple[Placed, ...]:
    """How many pods of each batch are on each node, by the question's batches."""
    counts: dict[tuple[int, str], int] = {}
    for batch, node in named(world, taken):
        counts[batch, node] = counts.get((batch, node), 0) + 1
    places = {node.metadata.name: at for at, node in enumerate(world.question.nodes)}
    return tuple(Placed(batch, node, counts[batch, node])
                 for batch, node in sorted(counts, key=lambda each: (each[0], places[each[1]])))
