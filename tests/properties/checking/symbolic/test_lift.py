"""Lifted functions do on unknown values what the native ones do on known ones."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from random import Random
from typing import Any

import attrs
import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.controllers import deployment_scaling, replicaset_decisions
from seatrial.model.controllers.expectations import is_fulfilled
from seatrial.model.controllers.node_health import is_news, is_overdue
from seatrial.model.meta.intstr import scale_percentage
from seatrial.properties.checking.symbolic.lift import lift
from seatrial.properties.checking.symbolic.models import deployment, node_lifecycle, quota, replicaset, workqueue
from seatrial.properties.checking.symbolic.states import leaves, rebuild
from seatrial.properties.checking.symbolic.system import Compiled, CountModel, Transition, compile_model
from seatrial.properties.checking.symbolic.terms import NotLiftableError, SBool, SInt, enum_kind
from tests.properties.checking.symbolic.terms_as_code import as_code
from tests.properties.checking.symbolic.toys import Jobs

LIMIT = 3


def early(x: int, y: int) -> int:  # noqa: D103
    if x > y:
        return x
    z = y - x
    if z == LIMIT:
        z += 100
    elif x < 0:
        return -z
    return z * 2


def loops(x: int, y: int) -> int:  # noqa: D103
    total = 0
    for at, step in enumerate((x, y, 3)):
        if step < 0:
            continue
        if total > 10:
            break
        total += step * (at + 1)
    return total


def counts(x: int, y: int) -> tuple[int, int]:  # noqa: D103
    rounds = 0
    while x > 0 and rounds < 6:
        x = x - 3 if y > 0 else x - 2
        rounds += 1
        if x == 4:
            break
    return x, rounds


def sums(x: int, y: int) -> int:  # noqa: D103
    items = (x, y, x - y, 7)
    some = sum(each for each in items if each > 2)
    return some + len([each for each in items if each != x]) + max(items) - min(x, y, 0)


def asks(x: int, y: int) -> bool:  # noqa: D103
    items = (x, y)
    some = any(each > 3 for each in items) and not all(0 <= each < 9 for each in items)
    return some or (x in (1, y) and y not in (2, 5))


def defaults(x: int, y: int = 4, *, by: int = 2) -> int:  # noqa: D103
    return x // by + y % by


def calls(x: int, y: int) -> int:  # noqa: D103
    pick: Any = lambda z: z + x if z > 0 else z  # noqa: E731 -- a lambda inside is what is tried
    return defaults(y, by=5) + defaults(x=x) + int(pick(y))


def records(x: int, y: int) -> Jobs:  # noqa: D103
    jobs = Jobs(x, y, 0, 0)
    if x > y:
        jobs = attrs.evolve(jobs, done=jobs.limit - 1)
    first, (second, _) = jobs.done, (jobs.todo, 0)
    return attrs.evolve(jobs, doing=first + second)


def chooses(x: int, y: int) -> int:  # noqa: D103
    return (x if x > 0 else y) + (abs(x) or y) + int(x == y) + (1 if not x else 2)


def combines(x: int, y: int) -> bool:  # noqa: D103
    fits = x <= 3
    for each in (y, x + y):
        fits = fits & (each <= 5)
    return fits | (x == y) & True


PLAIN = (early, loops, counts, sums, asks, calls, records, chooses, combines)
X, Y = SInt(z3.Int("x")), SInt(z3.Int("y"))


def evaluate(found: Any, **values: int) -> tuple[Any, ...]:
    """The parts of a result for these values."""
    pairs = [(z3.Int(name), z3.IntVal(value)) for name, value in values.items()]
    terms = [z3.simplify(z3.substitute(term, *pairs)) for term in leaves(found)]
    return tuple(z3.is_true(term) if z3.is_bool(term) else term.as_long() for term in terms)


def parts(found: Any) -> tuple[Any, ...]:
    """The parts of a plain result."""
    return evaluate(found)


@pytest.mark.parametrize("function", PLAIN)
@given(x=st.integers(-12, 12), y=st.integers(-12, 12))
def test_lifted_is_native(function: Any, x: int, y: int) -> None:
    """For every construct that can be lifted, on random values."""
    assert parts(function(x, y)) == evaluate(lift(function)(X, Y), x=x, y=y)


def test_known_arguments_run_the_native_function() -> None:
    """Untouched: what could not be interpreted runs."""
    def native(x: int) -> str:
        return str(x)

    assert "3" == lift(native)(3)
    with pytest.raises(NotLiftableError, match=r"test_lift.py:\d+: .*calls str with a value that is not known"):
        lift(native)(X)


def test_a_loop_without_bound_is_refused() -> None:
    """After so many rounds that it may go on, naming the line of the loop."""
    def endless(x: int) -> int:
        while x > 0:
            x -= 1
        return x

    with pytest.raises(NotLiftableError, match=r"test_lift.py:\d+: .*more than 64 times"):
        lift(endless)(X)


def test_a_variable_of_two_forms_is_refused_where_it_is_used() -> None:
    """And not where it is made."""
    def mixed(x: int, use: bool) -> Any:
        y = (1,) if x > 0 else (1, 2)
        return y if use else x

    assert X is lift(mixed)(X, use=False)
    with pytest.raises(NotLiftableError, match="1 items in one branch and 2 in another"):
        lift(mixed)(X, use=True)


def test_a_name_without_a_value_on_some_path_is_refused() -> None:
    """As Python itself would, on that path."""
    def unset(x: int) -> int:
        if x > 0:
            y = 3
        return y

    with pytest.raises(NotLiftableError, match="set in one branch and not in another"):
        lift(unset)(X)


def test_a_division_by_what_is_not_known_is_refused_in_its_own_line() -> None:
    """Not in the line of whoever called the lifted function."""
    def shares(x: int, y: int) -> int:
        total = x + y
        return total // y

    with pytest.raises(NotLiftableError, match=rf"test_lift.py:{shares.__code__.co_firstlineno + 2}: .*divides by"):
        lift(shares)(X, Y)


def test_bits_of_numbers_are_refused() -> None:
    """`&` and `|` combine truth values, and nothing else."""
    def masks(x: int) -> int:
        return x & 3

    with pytest.raises(NotLiftableError, match=r"test_lift.py:\d+: .*masks uses & or \| on numbers"):
        lift(masks)(X)


def test_what_fails_in_a_branch_names_the_line() -> None:
    """Both branches are followed: an index that is out of reach in one of them is said."""
    def reaches(x: int) -> int:
        items: tuple[int, ...] = (1, 2)
        return items[5] if x > 0 else items[0]

    with pytest.raises(NotLiftableError, match=r"test_lift.py:\d+: .*index out of range"):
        lift(reaches)(X)


def test_partial_arguments_are_kept() -> None:
    """They come first."""
    assert parts(7 - 2) == evaluate(lift(partial(lambda x, y: x - y, 7))(Y), y=2)


# The model's own decisions, and the count models.


DECISIONS = (
    (replicaset_decisions.manage_replicas, 3), (replicaset_decisions.first_batch, 1),
    (replicaset_decisions.next_batch, 2),
    (is_fulfilled, 2), (deployment_scaling.new_rs_new_replicas, 4), (deployment_scaling.max_scaled_down, 4),
    (deployment_scaling.allowed_size, 2), (deployment_scaling.at_least_one_fencepost, 2), (is_news, 2), (is_overdue, 3),
    (partial(scale_percentage, 30, round_up=True), 1), (partial(scale_percentage, 30, round_up=False), 1),
    (deployment_scaling.get_replica_set_proportion, 4),
    (lambda a, b, c, d: deployment_scaling.cleanup_unhealthy_replicas(((a, b), (c, d), (b, a)), c), 4),
    (lambda a, b, c, d: deployment_scaling.scale_down_old_replica_sets_for_rolling_update((a, b, c), d), 4),
    (lambda a, b, c, d: deployment_scaling.scale_proportionally((a, b, c), (d, a, b), d), 4),
    (lambda a, b: deployment_scaling.divide_rounding(a, 7) + deployment_scaling.divide_rounding(b, 4), 2),
)
MODELS = (replicaset.MODEL, replicaset.OLDER, replicaset.FORGETFUL, deployment.MODEL, quota.MODEL, node_lifecycle.MODEL,
          workqueue.MODEL)


@pytest.mark.parametrize(("function", "count"), DECISIONS)
@given(data=st.data())
def test_the_models_decisions_are_lifted_as_they_run(function: Any, count: int, data: st.DataObject) -> None:
    """On random values, those too that never occur."""
    values = data.draw(st.tuples(*(st.integers(-20, 600) for _ in range(count))))
    names = tuple("abcd"[:count])
    symbols = tuple(SInt(z3.Int(name)) for name in names)
    assert parts(function(*values)) == evaluate(lift(function)(*symbols), **dict(zip(names, values, strict=True)))


def check_random_steps(model: CountModel, data: st.DataObject) -> None:
    """One random state, and each transition of it with random choices, against the terms of the lifted one."""
    compiled = compile_model(model)
    terms = leaves(compiled.state)
    numbers = st.integers(-2, 9) | st.integers(0, 1200)
    values = [z3.BoolVal(data.draw(st.booleans())) if z3.is_bool(term) else z3.IntVal(data.draw(numbers))
              for term in terms]
    state = plain_state(compiled.state, values)
    for each in compiled.transitions:
        choices = [data.draw(st.integers(-1, 5)) for _ in each.choices]
        pairs = [*zip(terms, values, strict=True),
                 *((symbol.term, z3.IntVal(choice)) for symbol, choice in zip(each.choices, choices, strict=True))]
        said = z3.simplify(z3.substitute(together(each), *pairs)).children()
        guard, *after = said
        assert each.transition.enabled(state, *choices) == z3.is_true(guard)
        assert each.transition.step(state, *choices) == plain_state(compiled.state, after)
        plain = [value.as_long() if z3.is_int_value(value) else z3.is_true(value) for _, value in pairs]
        assert [value.as_long() if z3.is_int_value(value) else z3.is_true(value) for value in said] == [
            *code_of(model, each.transition.name)(*plain)]


@cache
def code_of(model: CountModel, name: str) -> Callable[..., tuple[Any, ...]]:
    """A transition's guard and all terms of the state after it, as plain Python."""
    compiled = compile_model(model)
    each = next(each for each in compiled.transitions if each.transition.name == name)
    symbols = (*leaves(compiled.state), *(symbol.term for symbol in each.choices))
    return as_code(symbols, (each.guard, *each.after_terms))


def filled(state: Any, values: Iterator[Any]) -> Any:
    """A state of the same form with these plain values in its leaves."""
    if isinstance(state, tuple):
        return tuple(filled(each, values) for each in state)
    if (kind := enum_kind(state)) is not None:
        return list(kind)[next(values)]
    if attrs.has(type(state)) and not isinstance(state, SInt | SBool):
        return type(state)(**{field.alias: filled(getattr(state, field.name), values)
                              for field in attrs.fields(type(state))})
    return next(values)


def check_random_state(model: CountModel, chance: Random, native: tuple[Transition, ...]) -> None:
    """The same by plain Python that was made of the terms: what it says is what Z3 says, as seen above."""
    compiled = compile_model(model)
    values = [chance.random() < 0.5 if z3.is_bool(term) else chance.choice((chance.randint(-2, 9),
              chance.randint(0, 1200))) for term in leaves(compiled.state)]
    state = filled(compiled.state, iter(values))
    for each, plain in zip(compiled.transitions, native, strict=True):
        choices = [chance.randint(-1, 5) for _ in each.choices]
        guard, *after = code_of(model, each.transition.name)(*values, *choices)
        assert plain.enabled(state, *choices) == guard
        assert plain.step(state, *choices) == filled(compiled.state, iter(after))


@cache
def together(each: Compiled) -> Any:
    """A transition's guard and all terms of the state after it as one term: what they share is evaluated once."""
    parts = (each.guard, *each.after_terms)
    return z3.Function("together", *(part.sort() for part in parts), z3.BoolSort())(*parts)


def plain_state(state: Any, values: list[Any]) -> Any:
    """The plain state with these values."""
    return rebuild(state, iter(values))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_every_step_of_a_count_model_is_lifted_as_it_runs(model: CountModel, data: st.DataObject) -> None:
    """Its guard and its result, in random states, reachable or not."""
    check_random_steps(model, data)


@pytest.mark.parametrize(("states", "seed"), [(100, 1), pytest.param(15_000, 2, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_hundred_thousand_random_states(model: CountModel, states: int, seed: int) -> None:
    """The same, every night in more than a hundred thousand states together."""
    chance = Random(seed)  # noqa: S311 -- a search, not a secret
    for _ in range(states):
        check_random_state(model, chance, model.transitions)


def test_a_step_that_is_not_the_one_that_was_lifted_is_seen() -> None:
    """Negative control."""
    native = tuple(attrs.evolve(each, step=lambda s, *_: s) for each in quota.MODEL.transitions)
    with pytest.raises(AssertionError):
        check_random_state(quota.MODEL, Random(1), native)  # noqa: S311 -- a search, not a secret
