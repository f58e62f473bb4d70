"""The loops of `kernels` in numpy alone: for many states at once, where numba is not installed.

Same arguments, same answers, in the same order: states, trails and numbers are those of the compiled loops, as long as
situations are learnt in one order. What one state's loop does there is a column here; a trie is followed by all its
rows together, a step at a time. Slower by a factor, and with one thread.
"""

import inspect
from types import SimpleNamespace
from typing import Any

import numpy as np

from seatrial.properties.checking.explore import choosing, kernels
from seatrial.properties.checking.explore.fold import folded
from seatrial.properties.checking.explore.kernels import DERIVED, LEAF, LOCAL, NEVER
from seatrial.properties.checking.explore.probing import Array, fill, find, firsts, is_held

NAMES = {function.__name__: tuple(inspect.signature(getattr(function, "py_func", function)).parameters)
         for function in (kernels.expand, kernels.emit, kernels.judge)}
UNPACKED = 1 << 16
"""How many codes a slot can have: they are unpacked to two bytes."""


def unpacked(states: Array, high_first: Array) -> Array:
    """Packed states as rows of codes."""
    width = len(high_first)
    rows = np.zeros((len(states), width), np.uint16)
    rows[:, DERIVED:] = states[:, :width - DERIVED]
    high = np.flatnonzero(high_first >= 0)
    rows[:, high] |= states[:, high_first[high]].astype(np.uint16) << np.uint16(8)
    return rows


def derive(rows: Array, g: SimpleNamespace) -> None:
    """Works out the derived slots of all rows."""
    seen = np.zeros(len(rows), np.uint64)
    for which, slot in enumerate(g.mention_slots.tolist()):
        seen |= g.mentions[g.mention_first[which] + rows[:, slot]]
    for bit in range(g.names):
        rows[:, bit] = seen >> np.uint64(bit) & np.uint64(1)


def follow(tries: Array, who: Array, rows: Array, g: SimpleNamespace) -> tuple[Array, Array]:
    """The outcome of each trie for the row at the same place, -1 where it is not known; and which to ask for.

    For each entry that is missing one place is asked for, not all, unless there is no room for the entry yet.
    """
    slot, first, width = (g.nodes[at::4].astype(np.int64) for at in range(3))
    flat, child = rows.reshape(-1), g.child.astype(np.int64)
    found = np.full(len(tries), -1, np.int64)
    node, base, at = g.roots[tries], who * rows.shape[1], np.arange(len(tries))
    asked = []
    while len(at):
        where = slot.take(node)
        if where.min() < 0:
            leaf, inner = np.flatnonzero(where == LEAF), np.flatnonzero(where >= 0)
            found[at.take(leaf)] = first.take(node.take(leaf))
            if len(leaf) + len(inner) < len(at):
                unknown = np.flatnonzero((where < 0) & (where != LEAF))
                asked.append(at[unknown[firsts(node[unknown])]])
            at, node, base, where = at.take(inner), node.take(inner), base.take(inner), where.take(inner)
        code = flat.take(base + where).astype(np.int64)
        following = first.take(node) + code
        short = np.flatnonzero(code >= width.take(node))
        following[short] = 0
        following = child.take(following)
        following[short] = -1
        if len(following) and following.min() < 0:
            known, beyond = np.flatnonzero(following >= 0), np.zeros(len(following), np.bool_)
            beyond[short] = True
            unknown = np.flatnonzero((following < 0) & ~beyond)
            asked += at[short], at[unknown[firsts(node[unknown] * UNPACKED + code[unknown])]]
            at, base, following = at.take(known), base.take(known), following.take(known)
        node = following
    return found, np.sort(np.concatenate(asked)) if asked else at


def offers_of(rows: Array, g: SimpleNamespace) -> tuple[Array, Array]:
    """For each row and anchor its offer: -1 where it is not known, -2 where there is none; and which pairs to ask for.

    A row differs little from the one before: only what may have changed since is looked up.
    """
    stale = np.zeros((len(rows), g.watchers.shape[1]), np.uint64)
    stale[:1] = ~np.uint64(0)
    row, slot = differences(rows, g)
    begins = np.flatnonzero(np.diff(row, prepend=-1))
    if len(row):
        stale[row[begins] + 1] = np.bitwise_or.reduceat(g.watchers[slot], begins, axis=0)
    again = np.unpackbits(stale.view(np.uint8), axis=1, count=len(g.anchors), bitorder="little").view(np.bool_)
    who, which = np.nonzero(again)
    outcome = np.full(len(who), -2, np.int64)
    filled = np.flatnonzero(rows[who, g.anchors[which]])
    outcome[filled], asked = follow(g.offer_trie[which[filled]], who[filled], rows, g)
    place = np.cumsum(again.reshape(-1), dtype=np.int32).reshape(again.shape)
    place -= 1
    place *= again
    asked = filled[asked]
    np.maximum.accumulate(place, axis=0, out=place)
    return outcome.take(place), np.stack([who[asked], which[asked]])


def differences(rows: Array, g: SimpleNamespace) -> tuple[Array, Array]:
    """Which slots of each row but the first are different from the row before, row after row."""
    packed = g.packed[g.todo]
    packed = packed[1:] ^ packed[:-1]
    row, word = np.nonzero(packed)
    which, byte = np.nonzero(packed[row, word].reshape(-1, 1).view(np.uint8))
    row, slot = row[which], g.column_slot[8 * word[which] + byte]
    if g.names:
        others, names = np.nonzero(rows[1:, :g.names] != rows[:-1, :g.names])
        row, slot = np.concatenate([row, others]), np.concatenate([slot, names])
        order = np.argsort(row, kind="stable")
        row, slot = row[order], slot[order]
    return row, slot


def spread(first: Array, lists: Array) -> tuple[Array, Array]:
    """The members of lists, one after the other: for each the place of its list among `lists`, and its own place."""
    begins, many = first[lists], first[lists + 1] - first[lists]
    whose = np.repeat(np.arange(len(lists)), many)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(many) - many, many) + begins[whose]


def expand(*given: Any) -> None:  # noqa: ANN401 -- the arguments of `kernels.expand`
    """Takes every Action of the states in `todo`, as `kernels.expand`, and in the same order."""
    g = SimpleNamespace(**dict(zip(NAMES["expand"], given, strict=True)))
    rows = unpacked(g.states[g.todo], g.high_first)
    if g.names:
        derive(rows, g)
    offers, unoffered = offers_of(rows, g)
    unknown = (offers == -1).any(axis=1)
    lengths = np.concatenate([np.diff(g.offer_first), [0, 0]])  # the last two are of what is not known, and of nothing
    who, which = np.nonzero(lengths[offers])
    whose, place = spread(g.offer_first, offers[who, which])
    who, which, action = who[whose], which[whose], g.offered[place].astype(np.int64)
    tries = g.action_trie[action]
    outcome, asked = follow(tries, who, rows, g)
    unknown[who[outcome < 0]] = True
    known = ~unknown[who]
    found = SimpleNamespace(who=who[known], action=action[known], outcome=outcome[known])
    enabled = np.bincount(found.who, minlength=len(rows))
    found.ordinal = np.arange(len(found.who)) - (np.cumsum(enabled) - enabled)[found.who]
    moving = np.zeros(len(rows), np.bool_)
    moving[found.who[~g.action_environment[found.action]]] = True
    if len(g.eligible) or (g.alone != NEVER).any():
        keep(found, choosing.chosen(rows, found, g))
    row, at = np.concatenate([unoffered[0], who[asked]]), np.concatenate([unoffered[1], which[asked]])
    order = np.lexsort((at, row))  # stable: one anchor's Actions are asked for in their order
    misses = row[order], np.concatenate([g.offer_trie[unoffered[1]], tries[asked]])[order]
    finish(g, rows, found, SimpleNamespace(unknown=unknown, moving=moving, enabled=enabled, misses=misses))


def keep(found: SimpleNamespace, which: Array) -> None:
    """Leaves out the others."""
    for name, column in vars(found).items():
        setattr(found, name, column[which])


def finish(g: SimpleNamespace, rows: Array, found: SimpleNamespace, each: SimpleNamespace) -> None:
    """Writes down what follows, and what is to be learnt, of as many states as there is room for."""
    flags = g.write_flags[found.outcome] & ~LOCAL
    low, high = fingerprints(g, rows, found)
    new = np.arange(len(low))
    if not g.every:
        new = np.flatnonzero(~is_held(g.keys, g.wide, low, high))
        if g.adding:
            new = new[firsts(low[new], high[new] if g.wide else None)]
    spoken = np.flatnonzero(flags)
    least = np.full(len(rows), len(g.anchors) + len(g.action_trie) + 1)
    done = min(room(found.who[new], each.enabled, len(g.out_who)), room(found.who[spoken], each.enabled, len(g.events)),
               room(each.misses[0], least, len(g.misses)))
    new, spoken, asked = new[found.who[new] < done], spoken[found.who[spoken] < done], each.misses[0] < done
    if g.adding:
        fill(g.keys, g.wide, np.zeros(0, np.int32), low[new], high[new] if g.wide else high, np.zeros(0, np.int32))
    many, event, missing = len(new), len(spoken), np.count_nonzero(asked)
    g.out_low[:many] = low[new]
    if g.wide:
        g.out_high[:many] = high[new]
    g.out_who.view(np.int32)[:many] = np.stack(
        [g.todo[found.who[new]], found.ordinal[new], found.outcome[new], found.action[new]], axis=1)
    g.events[:event] = np.stack([g.todo[found.who[spoken]].astype(np.uint64), found.ordinal[spoken].astype(np.uint64),
                                 flags[spoken]], axis=1)
    g.misses[:missing, 0], g.misses[:missing, 1] = g.todo[each.misses[0][asked]], each.misses[1][asked]
    rests = g.todo[:done][~each.moving[:done] & ~each.unknown[:done]]
    again = g.todo[:done][each.unknown[:done]].copy()
    g.todo[:len(again)] = again
    g.counts[:3], g.counts[5:7] = (many, missing, len(again)), (done, event)
    g.counts[3] = np.count_nonzero(found.who < done)
    g.resting[rests] = True
    g.counts[4] = len(rests)


def room(who: Array, most: Array, places: int) -> int:
    """How many states are done before one that may need, after what those before it took, more places than there are.

    `who`: whose is what takes a place, in order. `most`: how much each state may need.
    """
    taken = np.bincount(who, minlength=len(most))
    short = np.flatnonzero(np.cumsum(taken) - taken + most > places)
    return int(short[0]) if len(short) else len(most)


def fingerprints(g: SimpleNamespace, rows: Array, found: SimpleNamespace) -> tuple[Array, Array]:
    """The fingerprints of what follows; the second halves are empty unless they are kept."""
    state = g.todo[found.who]
    low, high = g.lows[state], g.highs[state] if g.wide else g.highs
    for at, where, code in writes(g, rows, found):
        now = rows[found.who[at], where]
        before, after = g.number_first[where] + now, g.number_first[where] + code
        low[at] ^= g.numbers[before, 0] ^ g.numbers[after, 0]
        if g.wide:
            high[at] ^= g.numbers[before, 1] ^ g.numbers[after, 1]
    if len(g.sym_slots):
        after = rows[found.who]
        for at, where, code in writes(g, rows, found):
            after[at, where] = code
        lows, highs = folded(after, g)
        low ^= lows
        if g.wide:
            high ^= highs
    return low, high


def writes(g: SimpleNamespace, rows: Array, found: SimpleNamespace) -> Any:  # noqa: ANN401 -- an iterator of arrays
    """The first write of each step that has one, then the second: which steps, the slots, the codes."""
    first = g.write_first[found.outcome]
    many = g.write_first[found.outcome + 1] - first
    for number in range(int(many.max(initial=0))):
        at = np.flatnonzero(many > number)
        where = g.write_slot[first[at] + number].astype(np.int64)
        code = g.write_code[first[at] + number].astype(np.int64)
        moved = code < 0
        code[moved] = rows[found.who[at[moved]], -1 - code[moved]]
        yield at, where, code


def admit(shard: int, keys: Array, wide: bool, index: Array, lows: Array, highs: Array,  # noqa: FBT001, PLR0917
          base: int, fresh: Array, target: Array) -> int:
    """Adds candidates to the table and says which were new, as `kernels.admit`."""
    at = np.arange(len(lows)) if shard < 0 else np.flatnonzero(lows >> np.uint64(63) == shard)
    low, high = lows[at], highs[at] if wide else highs
    absent = np.flatnonzero(~is_held(keys, wide, low, high))
    new = absent[firsts(low[absent], high[absent] if wide else None)]
    fresh[at] = False
    fresh[at[new]] = True
    fill(keys, wide, index, low[new], high[new] if wide else high, base + np.arange(len(new), dtype=np.int32))
    if len(index):
        target[at] = index[find(keys, wide, low, high) >> wide]
    return len(new)


def rehash(keys: Array, wide: bool, index: Array, new_keys: Array, new_index: Array,  # noqa: FBT001, PLR0917
           shard: int) -> None:
    """Moves a half of a table into a larger one, as `kernels.rehash`."""
    half, step = len(keys) // 2, 2 if wide else 1
    at = shard * half + step * np.flatnonzero(keys[shard * half:(shard + 1) * half:step])
    fill(new_keys, wide, new_index, keys[at], keys[at + 1] if wide else np.zeros(0, np.uint64),
         index[at >> wide] if len(index) else index)


def emit(*given: Any) -> None:  # noqa: ANN401 -- the arguments of `kernels.emit`
    """Writes down the states that were new, as `kernels.emit`."""
    g = SimpleNamespace(**dict(zip(NAMES["emit"], given, strict=True)))
    who = g.who[g.fresh].astype(np.int64)
    found = SimpleNamespace(who=np.arange(len(who)), outcome=who[:, 2])
    g.out[...] = g.states[who[:, 0]]
    g.out_parent[:], g.out_ordinal[:], g.out_mask[:] = who[:, 0], who[:, 1], 0
    g.out_low[:] = g.lows[who[:, 0]] if g.symmetric else g.keys_low[g.fresh]
    if len(g.highs):
        g.out_high[:] = g.highs[who[:, 0]] if g.symmetric else g.keys_high[g.fresh]
    rows = unpacked(g.states[who[:, 0]], g.high_first)
    for at, where, code in writes(g, rows, found):
        before = rows[at, where].astype(np.int64)
        different = before != code
        at, where, code, before = at[different], where[different], code[different], before[different]  # noqa: PLW2901
        g.out_mask[at] |= g.affected[where]
        g.out[at, where - DERIVED] = code & 255
        two = g.high_first[where] >= 0
        g.out[at[two], g.high_first[where[two]]] = code[two] >> 8
        if g.symmetric:
            pair = g.numbers[g.number_first[where] + before] ^ g.numbers[g.number_first[where] + code]
            g.out_low[at] ^= pair[:, 0]
            if len(g.highs):
                g.out_high[at] ^= pair[:, 1]


def judge(*given: Any) -> None:  # noqa: ANN401 -- the arguments of `kernels.judge`
    """Asks each state in `todo` the predicates in its mask, as `kernels.judge`."""
    g = SimpleNamespace(**dict(zip(NAMES["judge"], given, strict=True)))
    many = len(g.predicate_trie)
    rows = unpacked(g.states[g.todo], g.high_first)
    bits = np.uint64(1) << np.arange(many, dtype=np.uint64)
    who, which = np.nonzero(g.masks[g.todo][:, None] & bits)
    tries = g.predicate_trie[which]
    answer, asked = follow(tries, who, rows, g)
    asked = asked[:len(g.misses)]
    g.misses[:len(asked), 0], g.misses[:len(asked), 1] = g.todo[who[asked]], tries[asked]
    g.counts[0] = len(asked)
    unknown = np.zeros(len(rows), np.bool_)
    unknown[who[answer < 0]] = True
    said = np.zeros((len(rows), many), np.bool_)
    said[who, which] = answer > 0
    known = g.todo[~unknown]
    spoken = np.bitwise_or.reduce(np.where(said, bits, np.uint64(0)), axis=1, initial=0)
    asked_for = g.masks[g.todo] & np.uint64((1 << many) - 1)
    g.truth[known] = (g.truth[known] & ~asked_for[~unknown]) | spoken[~unknown]
    again = g.todo[unknown]
    g.todo[:len(again)] = again
    g.counts[1], g.counts[2] = len(again), len(g.todo)
