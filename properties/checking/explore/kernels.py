"""The compiled loops: everything that runs once per state or per transition, and nothing else.

Python is entered where a trie has no entry yet; what has one is advanced here. All arrays come from outside, so a loop
keeps nothing between calls. Compilation is cached beside this file, or in the user's cache folder where that cannot be
written; without numba the same search runs on `seatrial.properties.checking.explore.vectorised`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

try:
    import numba
except ImportError:  # pragma: no cover -- the fallback is tested by asking for it
    numba = None

UNKNOWN, LEAF, ASKED = -1, -2, -3
OTHER, DELIVERY, ABSORBING = 0, 1, 2
NEVER, IF_LOCAL, ALWAYS = 0, 1, 2
LOCAL = np.uint64(1 << 63)
"""In the flags of an outcome: the step touched nothing but the plan it continues."""
MANY = 512
"""So many candidates are looked up together."""
DERIVED = 64
"""The first slots are derived from the others: they are neither packed nor part of a fingerprint."""


OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
"""Arrays are not counted by reference (`_nrt`): nothing is allocated here, and counting took half of the time."""


def has_numba() -> bool:
    """Is numba installed?"""
    return numba is not None


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """A loop, compiled, from the cache if there is a folder for one; as it is without numba."""
    if numba is None:
        return function
    try:
        found: Callable[..., Any] = numba.njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder can be written
        found = numba.njit(**OPTIONS)(function)
    return found


def part(function: Callable[..., Any]) -> Callable[..., Any]:
    """A part of compiled loops: it can be called by them alone."""
    if numba is None:
        return function
    found: Callable[..., Any] = numba.njit(no_cpython_wrapper=True, **OPTIONS)(function)
    return found


@part
def widen(z):
    """The second half of a 128-bit number whose first half is z."""
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xFF51AFD7ED558CCD)
    return z ^ (z >> np.uint64(32))


@part
def fold(row, sym_slots, sym_first, sym_entry, name_first, name, signature, image_first, image, group, size,
         said, rank):
    """The fingerprint of what mentions interchangeable names, after each was replaced by its rank among its like."""
    for one in range(len(group)):
        said[one] = 0
    for which in range(len(sym_slots)):
        slot = sym_slots[which]
        if row[slot] != 0:
            entry = sym_entry[sym_first[slot] + row[slot]]
            if entry >= 0:
                for at in range(name_first[entry], name_first[entry + 1]):
                    said[name[at]] += signature[at]
    for one in range(len(group)):
        rank[one] = 0
        for other in range(len(group)):
            if group[other] == group[one] and (
                    said[other] > said[one] or (said[other] == said[one] and other < one)):
                rank[one] += 1
    low, high = np.uint64(0), np.uint64(0)
    for which in range(len(sym_slots)):
        slot = sym_slots[which]
        if row[slot] != 0:
            entry = sym_entry[sym_first[slot] + row[slot]]
            if entry >= 0:
                place = 0
                for at in range(name_first[entry], name_first[entry + 1]):
                    place = place * size[group[name[at]]] + rank[name[at]]
                z = image[image_first[entry] + place]
                low ^= z
                high ^= widen(z)
    return low, high


@part
def first_place(keys, wide, low):
    """Where the search for a fingerprint begins; its topmost bit says in which half of the table it is."""
    half = np.uint64(len(keys) >> 1)
    at = (low ^ (low >> np.uint64(32))) << np.uint64(wide)
    return (at & (half - np.uint64(1))) + (low >> np.uint64(63)) * half


@part
def find(keys, wide, low, high):
    """Where a fingerprint, never 0, is in the table, or the empty place where it should be."""
    half, step = np.uint64(len(keys) >> 1), np.uint64(1) << np.uint64(wide)
    at = first_place(keys, wide, low)
    while keys[at] != 0 and (keys[at] != low or (wide and keys[at + np.uint64(1)] != high)):
        at = ((at + step) & (half - np.uint64(1))) | (at & half)
    return at


@part
def insert(keys, wide, index, low, high, number):
    """Adds a fingerprint to the table; answers -1 if it was new, else the number it has (0 if none is kept)."""
    low = max(low, np.uint64(1))
    at = find(keys, wide, low, high)
    place = at >> np.uint64(wide)
    if keys[at] != 0:
        return np.int64(index[place]) if len(index) != 0 else np.int64(0)
    keys[at] = low
    if wide:
        keys[at + np.uint64(1)] = high
    if len(index) != 0:
        index[place] = number
    return np.int64(-1)


@compiled
def rehash(keys, wide, index, new_keys, new_index, shard):
    """Moves a half of a table into a larger one."""
    half = len(keys) >> 1
    for at in range(shard * half, (shard + 1) * half, 2 if wide else 1):
        if keys[at] != 0:
            insert(new_keys, wide, new_index, keys[at], keys[at + 1] if wide else np.uint64(0),
                   np.int64(index[at >> np.int64(wide)]) if len(index) != 0 else np.int64(0))


@part
def follow(trie, row, roots, nodes, child, asking, looked, which):
    """The outcome of a trie for a row, or -1 (not known, and asked for by this) or -2 (asked for already).

    Notes in `looked[which]` what was read. Unless it is `asking`, what is not known is left as it is.
    """
    node = np.uint64(4 * roots[trie])  # numbers without a sign, because numba asks of others whether they are negative
    where = nodes[node]
    while where >= 0:
        looked[which, np.uint64(where >> 6)] |= np.uint64(1) << np.uint64(where & 63)
        code = row[np.uint64(where)]
        if code >= nodes[node + np.uint64(2)]:
            return -1
        at = np.uint64(nodes[node + np.uint64(1)] + code)
        following = child[at]
        if following < 0:
            if following == ASKED:
                return -2
            if asking:
                child[at] = ASKED
            return -1
        node = np.uint64(following) << np.uint64(2)
        where = nodes[node]
    if where == LEAF:
        return nodes[node + np.uint64(1)]
    if where == UNKNOWN:
        if asking:
            nodes[node] = ASKED
        return -1
    return -2


@part
def look_for_names(row, mention_slots, mention_first, mentions, names, changed, watchers, stale):
    """Works out the derived slots, which generated names are mentioned anywhere, and which of them changed."""
    seen = np.uint64(0)
    for which in range(len(mention_slots)):
        seen |= mentions[mention_first[which] + row[mention_slots[which]]]
    for bit in range(names):
        code = np.int32((seen >> np.uint64(bit)) & np.uint64(1))
        if row[bit] != code:
            row[bit] = code
            change(bit, changed, watchers, stale)


@part
def renew(row, state, packed, held, states, column_slot, high_first, changed, watchers, stale):
    """Makes the row that of another state; notes which slots are different."""
    for word in range(len(changed)):
        changed[word] = np.uint64(0)
    for word in range(len(held)):
        difference = packed[state, word] ^ held[word]
        if difference == 0:
            continue
        held[word] = packed[state, word]
        for byte in range(8 * word, 8 * word + 8):
            if difference & np.uint64(255):
                slot = column_slot[byte]
                row[slot] = states[state, slot - DERIVED]
                if high_first[slot] >= 0:
                    row[slot] |= np.int32(states[state, high_first[slot]]) << 8
                change(slot, changed, watchers, stale)
            difference >>= np.uint64(8)


@part
def is_touched(looked, which, changed):
    """Is anything different that was read?"""
    common = np.uint64(0)
    for word in range(len(changed)):
        common |= looked[which, word] & changed[word]
    return common != 0


@part
def watch(looked, which, ever, watchers):
    """Notes who looks at each slot for the first time."""
    for word in range(looked.shape[1]):
        bits = looked[which, word] & ~ever[which, word]
        ever[which, word] |= bits
        slot = 64 * word
        while bits != 0:
            if bits & np.uint64(1):
                watchers[slot, which >> 6] |= np.uint64(1) << np.uint64(which & 63)
            bits >>= np.uint64(1)
            slot += 1


@part
def change(slot, changed, watchers, stale):
    """Notes that a slot changed, and for whom that may matter: all who ever looked at it."""
    changed[slot >> 6] |= np.uint64(1) << np.uint64(slot & 63)
    for word in range(len(stale)):
        stale[word] |= watchers[slot, word]


@part
def choose_alone(enabled, taken, outcomes, write_flags, alone):
    """The place of an Action that may be taken alone, or -1."""
    for one in range(enabled):
        kind = alone[taken[one]]
        if kind == ALWAYS or (kind == IF_LOCAL and write_flags[outcomes[one]] & LOCAL):
            return one
    return -1


@part
def choose_process(enabled, taken, row, eligible, idle_first, idle_slot,
                   feed_first, feed_slot, feed_open, budget_first, budget_slot, action_process, action_kind):
    """A process that can do nothing but take deliveries, each informer of which has one or can get none; or -1."""
    for process in range(len(eligible)):
        fits, waiting = eligible[process], False
        for which in range(idle_first[process], idle_first[process + 1]):
            if row[idle_slot[which]] != 0:
                fits = False
        if not fits:
            continue
        for feed in range(feed_first[process], feed_first[process + 1]):
            if row[feed_slot[feed]] != 0:
                waiting = True
                continue
            if feed_open[feed]:
                fits = False
            for which in range(budget_first[feed], budget_first[feed + 1]):
                if row[budget_slot[which]] != 0:
                    fits = False
        if not fits or not waiting:
            continue
        delivers = False
        for one in range(enabled):
            if action_process[taken[one]] == process:
                if action_kind[taken[one]] == OTHER:
                    fits = False
                delivers |= action_kind[taken[one]] == DELIVERY
        if fits and delivers:
            return process
    return -1


@part
def effect(outcome, row, write_first, write_slot, write_code, number_first, numbers, looked, which):
    """What an outcome does to the fingerprint of a row; notes in `looked[which]` which slots decide that."""
    low, high = np.uint64(0), np.uint64(0)
    for write in range(write_first[outcome], write_first[outcome + 1]):
        where, code = write_slot[write], write_code[write]
        looked[which, where >> 6] |= np.uint64(1) << np.uint64(where & 63)
        if code < 0:
            source = -1 - code
            looked[which, source >> 6] |= np.uint64(1) << np.uint64(source & 63)
            code = row[source]
        before, after = number_first[where] + row[where], number_first[where] + code
        low ^= numbers[before, 0] ^ numbers[after, 0]
        high ^= numbers[before, 1] ^ numbers[after, 1]
    return low, high


@part
def swap(row, slots, codes, count):
    """Exchanges what these slots of a row hold for these codes."""
    for at in range(count):
        held = row[slots[at]]
        row[slots[at]] = codes[at]
        codes[at] = held


@part
def without_known(keys, wide, adding, recent, lows, highs, who, begin, end):
    """Leaves out the candidates from `begin` on that are known, adding the others if asked to; answers where they end.

    Those that are not added are often found twice: the latest are in `recent`.
    """
    found, left = np.uint64(0), begin
    for at in range(begin, end):  # the table is not in the cache: all are fetched before the first is needed
        found |= keys[first_place(keys, wide, lows[at])]
    for at in range(begin, end):
        low, high = max(lows[at], np.uint64(1)), highs[at] if wide else found
        place = find(keys, wide, low, high)
        if keys[place] != 0:
            continue
        if adding:
            keys[place] = low
            if wide:
                keys[place + np.uint64(1)] = high
        else:
            place = (low << np.uint64(1)) & np.uint64(len(recent) - 1)
            if recent[place] == low and (not wide or recent[place + np.uint64(1)] == high):
                continue
            recent[place], recent[place + np.uint64(1)] = low, high
        lows[left] = lows[at]
        if wide:
            highs[left] = high
        for column in range(4):
            who[left, column] = who[at, column]
        left += 1
    return left


@compiled
def expand(todo, states, packed, lows, highs, column_slot, high_first,
           mention_slots, mention_first, mentions, names,
           anchors, offer_trie, action_trie, action_environment, action_names,
           roots, nodes, child, number_first, numbers, offer_first, offered,
           write_first, write_slot, write_code, write_flags,
           eligible, idle_first, idle_slot, feed_first, feed_slot, feed_open, budget_first, budget_slot,
           alone, action_process, action_kind,
           sym_slots, sym_first, sym_entry, name_first, name, signature, image_first, image, group, size,
           row, held, changed, looked, valid, watchers, stale, ever, many, moves,
           its_action, its_outcome, its_low, its_high, taken, outcomes, slots, codes, said, rank,
           keys, wide, every, adding, recent, asking, out_low, out_high, out_who, misses, events, resting, counts):
    """Takes every Action of the states in `todo`, one state after the other, until done or until a buffer is full.

    What follows goes to the `out` columns: its fingerprint, and who: state, ordinal, outcome, Action. Unless `every` is
    asked for, known states are left out; if `adding`, the others are known from then on. Situations that no trie knows
    go to `misses` (state, trie), broken step properties to `events` (state, ordinal, flags); `resting` is where the
    system has nothing to do. `counts` gets: what follows, misses, states to try again (at the front of `todo`),
    transitions, quiet states, todo consumed, events.

    One state differs little from the one before: what an anchor offers, and what that does, is looked up again only
    if a slot changed that it was looked up by. The arrays from `row` on are for this, and zero, but for `stale`, which
    is ones, and `watchers`, which may know who looks at which slot.
    """
    zero = np.int64(0)  # a plain 0 would have what takes it compiled twice
    new, checked, enabled, movers, place = zero, zero, zero, zero, zero
    missing, again, transitions, quiet, event, at, full, named, naming = 0, 0, 0, 0, 0, 0, False, False, False
    choosing = len(eligible) != 0
    for action in range(len(alone)):
        choosing |= alone[action] != NEVER
    while True:
        full |= at >= len(todo) or missing + len(anchors) + len(action_trie) >= len(misses)
        if not every and (full or new - checked > MANY):
            new = checked = without_known(keys, wide, adding, recent, out_low, out_high, out_who, checked, new)
        if full:
            break
        state = todo[at]
        renew(row, state, packed, held, states, column_slot, high_first, changed, watchers, stale)
        if named:
            look_for_names(row, mention_slots, mention_first, mentions, names, changed, watchers, stale)
        unknown = 0
        for which in range(len(anchors)):
            bit = np.uint64(1) << np.uint64(which & 63)
            if stale[which >> 6] & bit == 0:
                continue
            stale[which >> 6] &= ~bit
            if valid[which] and not is_touched(looked, which, changed):
                continue
            enabled -= many[which]
            movers -= moves[which]
            many[which], moves[which], valid[which] = 0, 0, True
            for word in range(len(changed)):
                looked[which, word] = np.uint64(0)
            looked[which, anchors[which] >> 6] |= np.uint64(1) << np.uint64(anchors[which] & 63)
            begin, end = 0, 0
            if row[anchors[which]] != 0:
                offer = follow(offer_trie[which], row, roots, nodes, child, asking, looked, which)
                if offer >= 0:
                    begin, end = offer_first[offer], offer_first[offer + 1]
                else:
                    valid[which] = False
                    if offer == -1:
                        misses[missing, 0], misses[missing, 1] = state, offer_trie[which]
                        missing += 1
            for one in range(begin, end):
                action = offered[one]
                if action_names[action] and not named:
                    naming = True
                    break
                outcome = follow(action_trie[action], row, roots, nodes, child, asking, looked, which)
                if outcome < 0:
                    valid[which] = False
                    if outcome == -1:
                        misses[missing, 0], misses[missing, 1] = state, action_trie[action]
                        missing += 1
                    continue
                place = many[which]
                its_action[which, place], its_outcome[which, place] = action, outcome
                its_low[which, place], its_high[which, place] = effect(
                    outcome, row, write_first, write_slot, write_code, number_first, numbers, looked, which)
                many[which] += 1
                moves[which] += not action_environment[action]
            enabled += many[which]
            movers += moves[which]
            watch(looked, which, ever, watchers)
            if not valid[which]:
                stale[which >> 6] |= bit
                unknown += 1
        if naming and not named:  # from now on names are worked out for each state: this one is looked at anew
            named = True
            for which in range(len(anchors)):
                valid[which] = False
                stale[which >> 6] |= np.uint64(1) << np.uint64(which & 63)
            continue
        if unknown != 0:
            todo[again] = state
            again += 1
            at += 1
            continue
        if new + enabled > len(out_who) or event + enabled > len(events):
            full = True
            continue
        at += 1
        quiet += movers == 0
        resting[state] = movers == 0
        only, process = -1, -1
        if choosing:
            place = zero
            for which in range(len(anchors)):
                for one in range(many[which]):
                    taken[place], outcomes[place] = its_action[which, one], its_outcome[which, one]
                    place += 1
            only = choose_alone(enabled, taken, outcomes, write_flags, alone)
            if only < 0:
                process = choose_process(enabled, taken, row, eligible, idle_first, idle_slot, feed_first, feed_slot,
                                         feed_open, budget_first, budget_slot, action_process, action_kind)
        ordinal = -1
        for which in range(len(anchors)):
            for one in range(many[which]):
                ordinal += 1
                action, outcome = its_action[which, one], its_outcome[which, one]
                if only >= 0 and ordinal != only:
                    continue
                if process >= 0 and (action_process[action] != process or action_kind[action] != DELIVERY):
                    continue
                transitions += 1
                if write_flags[outcome] & ~LOCAL != 0:
                    events[event, 0], events[event, 1], events[event, 2] = state, ordinal, write_flags[outcome] & ~LOCAL
                    event += 1
                low = lows[state] ^ its_low[which, one]
                high = highs[state] ^ its_high[which, one] if wide else np.uint64(0)
                if len(sym_slots) != 0:
                    changes = zero
                    for write in range(write_first[outcome], write_first[outcome + 1]):
                        slots[changes] = write_slot[write]
                        codes[changes] = write_code[write] if write_code[write] >= 0 else row[-1 - write_code[write]]
                        changes += 1
                    swap(row, slots, codes, changes)
                    folded, folded_high = fold(row, sym_slots, sym_first, sym_entry, name_first, name, signature,
                                               image_first, image, group, size, said, rank)
                    swap(row, slots, codes, changes)
                    low ^= folded
                    high ^= folded_high
                out_low[new] = low
                if wide:
                    out_high[new] = high
                out_who[new, 0], out_who[new, 1], out_who[new, 2], out_who[new, 3] = state, ordinal, outcome, action
                new += 1
    counts[0], counts[1], counts[2], counts[3] = new, missing, again, transitions
    counts[4], counts[5], counts[6] = quiet, at, event


@compiled
def admit(shard, keys, wide, index, lows, highs, base, fresh, target):
    """Adds the candidates of one half of the table (-1: of both) to it, in their order, and says which were new.

    If numbers are kept, `target` gets each candidate's; new ones are numbered from `base` on. Answers how many were
    new.
    """
    numbered = len(index) != 0
    new = 0
    for at in range(len(lows)):
        if shard >= 0 and np.int64(lows[at] >> np.uint64(63)) != shard:
            continue
        found = insert(keys, wide, index, lows[at], highs[at] if wide else np.uint64(0), base + new)
        fresh[at] = found < 0
        if numbered:
            target[at] = base + new if found < 0 else found
        new += found < 0
    return new


@part
def code_in(states, state, slot, high_first):
    """What a slot of a packed state holds."""
    code = np.int32(states[state, slot - DERIVED])
    if high_first[slot] >= 0:
        code |= np.int32(states[state, high_first[slot]]) << 8
    return code


@compiled
def emit(who, keys_low, keys_high, fresh, states, packed, lows, highs, high_first,
         write_first, write_slot, write_code, affected, symmetric, number_first, numbers,
         out, out_packed, out_low, out_high, out_parent, out_ordinal, out_mask):
    """Writes down the states that were new: packed, with their fingerprints, whence they came, whom they concern."""
    wide = len(highs) != 0
    new = 0
    for at in range(len(fresh)):
        if not fresh[at]:
            continue
        state, outcome = who[at, 0], who[at, 2]
        for word in range(packed.shape[1]):
            out_packed[new, word] = packed[state, word]
        low, high, touched = lows[state], highs[state] if wide else np.uint64(0), np.uint64(0)
        for write in range(write_first[outcome], write_first[outcome + 1]):
            where, code = write_slot[write], write_code[write]
            before = code_in(states, state, where, high_first)
            if code < 0:
                code = code_in(states, state, -1 - code, high_first)
            if before == code:
                continue
            touched |= affected[where]
            out[new, where - DERIVED] = code & 255
            if high_first[where] >= 0:
                out[new, high_first[where]] = (code >> 8) & 255
            if symmetric:
                before, code = number_first[where] + before, number_first[where] + code
                low ^= numbers[before, 0] ^ numbers[code, 0]
                high ^= numbers[before, 1] ^ numbers[code, 1]
        if not symmetric:
            low, high = keys_low[at], keys_high[at] if wide else np.uint64(0)
        out_low[new] = low
        if wide:
            out_high[new] = high
        out_parent[new], out_ordinal[new], out_mask[new] = state, who[at, 1], touched
        new += 1


@compiled
def judge(todo, states, packed, masks, truth, column_slot, high_first, predicate_trie, roots, nodes, child,
          row, held, changed, looked, valid, watchers, stale, answer, asking, misses, counts):
    """Asks each state in `todo` the predicates in its mask, and writes down in `truth` which spoke.

    `counts` gets: misses, states to try again (at the front of `todo`), todo consumed.
    """
    missing, again, at = 0, 0, 0
    while at < len(todo) and missing + len(predicate_trie) < len(misses):
        state = todo[at]
        at += 1
        renew(row, state, packed, held, states, column_slot, high_first, changed, watchers, stale)
        known, said = True, truth[state]
        for which in range(len(predicate_trie)):
            bit = np.uint64(1) << np.uint64(which)
            if valid[which] and is_touched(looked, which, changed):
                valid[which] = False
            if masks[state] & bit == 0:
                continue
            if not valid[which]:
                for word in range(len(changed)):
                    looked[which, word] = np.uint64(0)
                answer[which] = follow(predicate_trie[which], row, roots, nodes, child, asking, looked, which)
                valid[which] = answer[which] >= 0
            if answer[which] < 0:
                known = False
                if answer[which] == -1:
                    misses[missing, 0], misses[missing, 1] = state, predicate_trie[which]
                    missing += 1
            elif answer[which] == 0:
                said &= ~bit
            else:
                said |= bit
        if known:
            truth[state] = said
        else:
            todo[again] = state
            again += 1
    counts[0], counts[1], counts[2] = missing, again, at
