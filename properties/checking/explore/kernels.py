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
LOCAL = np.uint64(1 << 63)
"""In the flags of an outcome: the step touched nothing but the plan it continues."""
DERIVED = 64
"""The first slots are derived from the others: they are neither packed nor part of a fingerprint."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled, from the cache if there is a folder for one; itself without numba."""
    if numba is None:
        return function
    try:
        found: Callable[..., Any] = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no folder can be written
        found = numba.njit(nogil=True)(function)
    return found


@compiled
def mix(slot, code):
    """A random-looking 64-bit number for (slot, code): SplitMix64's finisher."""
    x = np.uint64(slot) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(code) * np.uint64(0xD1B54A32D192ED03)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def widen(z):
    """The second half of a 128-bit number whose first half is z."""
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xFF51AFD7ED558CCD)
    return z ^ (z >> np.uint64(32))


@compiled
def unpack(state, row, high_slot, high_column):
    """A packed state into a row of codes: a byte for each slot, and another for slots of many values."""
    for at in range(len(row) - DERIVED):
        row[DERIVED + at] = state[at]
    for at in range(len(high_slot)):
        row[high_slot[at]] |= np.int32(state[high_column[at]]) << 8


@compiled
def fingerprint(row, sym_first, sym_entry):
    """The Zobrist fingerprint of a row; empty slots, and those that mention names, count for nothing."""
    low, high = np.uint64(0), np.uint64(0)
    for slot in range(DERIVED, len(row)):
        if row[slot] != 0 and is_plain(slot, row[slot], sym_first, sym_entry):
            z = mix(slot, row[slot])
            low ^= z
            high ^= widen(z)
    return low, high


@compiled
def is_plain(slot, code, sym_first, sym_entry):
    """Does a slot with this code mention no interchangeable name?"""
    return slot >= len(sym_first) or sym_entry[sym_first[slot] + code] < 0


@compiled
def fold(row, sym_slots, sym_first, sym_entry, name_first, name, signature, image_first, image, group, size,
         said, rank):
    """The fingerprint of all that mentions interchangeable names, after each was replaced by its rank among its like."""
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


@compiled
def insert(keys, wide, index, low, high, number):
    """Adds a fingerprint to the table; answers -1 if it was new, else the number it has (0 if none is kept)."""
    step = np.uint64(2 if wide else 1)
    size = np.uint64(len(keys) - 1)
    if low == 0:
        low = np.uint64(1)
    at = ((low ^ (low >> np.uint64(32))) * step) & size
    while keys[at] != 0:
        if keys[at] == low and (not wide or keys[at + np.uint64(1)] == high):
            return index[at // step] if len(index) != 0 else 0
        at = (at + step) & size
    keys[at] = low
    if wide:
        keys[at + np.uint64(1)] = high
    if len(index) != 0:
        index[at // step] = number
    return -1


@compiled
def rehash(keys, wide, index, new_keys, new_index):
    """Moves a table into a larger one."""
    step = 2 if wide else 1
    for at in range(0, len(keys), step):
        if keys[at] != 0:
            insert(new_keys, wide, new_index, keys[at], keys[at + 1] if wide else np.uint64(0),
                   index[at // step] if len(index) != 0 else 0)


@compiled
def follow(trie, row, roots, nodes, child):
    """The outcome of a trie for a row, or -1 (not known, and asked for by this) or -2 (asked for already)."""
    node = roots[trie]
    where = nodes[node, 0]
    while where >= 0:
        code = row[where]
        if code >= nodes[node, 2]:
            return -1
        at = nodes[node, 1] + code
        node = child[at]
        if node < 0:
            if node == ASKED:
                return -2
            child[at] = ASKED
            return -1
        where = nodes[node, 0]
    if where == LEAF:
        return nodes[node, 1]
    if where == UNKNOWN:
        nodes[node, 0] = ASKED
        return -1
    return -2


@compiled
def look_for_names(row, mention_slots, mention_first, mentions, names):
    """Works out the derived slots: which generated names are mentioned anywhere."""
    seen = np.uint64(0)
    for which in range(len(mention_slots)):
        seen |= mentions[mention_first[which] + row[mention_slots[which]]]
    for bit in range(names):
        row[bit] = (seen >> np.uint64(bit)) & np.uint64(1)


@compiled
def choose_reply(enabled, taken, outcomes, write_flags, reply_first):
    """The place of a reply that may be taken alone, or -1."""
    for one in range(enabled):
        if reply_first[taken[one]] and write_flags[outcomes[one]] & LOCAL:
            return one
    return -1


@compiled
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


@compiled
def expand(todo, states, lows, highs, width, base,
           high_slot, high_column, high_first,
           mention_slots, mention_first, mentions, names,
           anchors, offer_trie, action_trie, action_environment, action_names,
           roots, nodes, child, offer_first, offered, write_first, write_slot, write_code, write_flags, affected,
           eligible, idle_first, idle_slot, feed_first, feed_slot, feed_open, budget_first, budget_slot,
           reply_first, action_process, action_kind,
           sym_slots, sym_first, sym_entry, name_first, name, signature, image_first, image, group, size,
           keys, wide, index, room,
           out, out_low, out_high, out_parent, out_ordinal, out_mask, edges, number, misses, events, counts):
    """Expands the states in `todo`, one after the other, until done or until a buffer is full.

    New states go to `out`, situations that no trie knows to `misses` (state, trie), broken step properties to `events`
    (state, ordinal, flags). `counts` gets: new states, misses, states to try again (at the front of `todo`),
    transitions, quiet states, todo consumed, edges, events.
    """
    row = np.zeros(width, np.int32)
    taken = np.empty(len(action_trie) + 1, np.int32)
    outcomes = np.empty(len(action_trie) + 1, np.int32)
    slots, codes, olds = np.empty(width, np.int64), np.empty(width, np.int32), np.empty(width, np.int32)
    said, rank = np.zeros(len(group), np.uint64), np.zeros(len(group), np.int64)
    new, missing, again, transitions, quiet, edge, event = 0, 0, 0, 0, 0, 0, 0
    at = 0
    numbered = len(index) != 0
    while at < len(todo):
        if missing + len(anchors) + len(action_trie) >= len(misses):
            break
        state = todo[at]
        unpack(states[state], row, high_slot, high_column)
        enabled, known, moving, named = 0, True, False, False
        for which in range(len(anchors)):
            if row[anchors[which]] == 0:
                continue
            offer = follow(offer_trie[which], row, roots, nodes, child)
            if offer < 0:
                known = False
                if offer == -1:
                    misses[missing, 0], misses[missing, 1] = state, offer_trie[which]
                    missing += 1
                continue
            for one in range(offer_first[offer], offer_first[offer + 1]):
                action = offered[one]
                if action_names[action] and not named:
                    look_for_names(row, mention_slots, mention_first, mentions, names)
                    named = True
                outcome = follow(action_trie[action], row, roots, nodes, child)
                if outcome < 0:
                    known = False
                    if outcome == -1:
                        misses[missing, 0], misses[missing, 1] = state, action_trie[action]
                        missing += 1
                    continue
                taken[enabled], outcomes[enabled] = action, outcome
                enabled += 1
                moving |= not action_environment[action]
        if not known:
            todo[again] = state
            again += 1
            at += 1
            continue
        if new + enabled > min(len(out), room) or event + enabled > len(events):
            break
        if numbered and edge + enabled > len(edges):
            break
        at += 1
        quiet += not moving
        alone = choose_reply(enabled, taken, outcomes, write_flags, reply_first)
        process = -1
        if alone < 0 and len(eligible) != 0:
            process = choose_process(enabled, taken, row, eligible, idle_first, idle_slot, feed_first, feed_slot,
                                     feed_open, budget_first, budget_slot, action_process, action_kind)
        for one in range(enabled):
            if alone >= 0 and one != alone:
                continue
            if process >= 0 and (action_process[taken[one]] != process or action_kind[taken[one]] != DELIVERY):
                continue
            transitions += 1
            outcome = outcomes[one]
            low, high = lows[state], highs[state] if wide else np.uint64(0)
            touched, changes = np.uint64(0), 0
            for write in range(write_first[outcome], write_first[outcome + 1]):
                where = write_slot[write]
                code = write_code[write]
                if code < 0:
                    code = row[-1 - code]
                before = row[where]
                if before == code:
                    continue
                slots[changes], codes[changes], olds[changes] = where, code, before
                changes += 1
                touched |= affected[where]
                if before != 0 and is_plain(where, before, sym_first, sym_entry):
                    z = mix(where, before)
                    low ^= z
                    high ^= widen(z)
                if code != 0 and is_plain(where, code, sym_first, sym_entry):
                    z = mix(where, code)
                    low ^= z
                    high ^= widen(z)
            folded, folded_high = np.uint64(0), np.uint64(0)
            if len(sym_slots) != 0:
                for change in range(changes):
                    row[slots[change]] = codes[change]
                folded, folded_high = fold(row, sym_slots, sym_first, sym_entry, name_first, name, signature,
                                           image_first, image, group, size, said, rank)
                for change in range(changes):
                    row[slots[change]] = olds[change]
            if write_flags[outcome] & ~LOCAL != 0:
                events[event, 0], events[event, 1], events[event, 2] = state, one, write_flags[outcome] & ~LOCAL
                event += 1
            found = insert(keys, wide, index, low ^ folded, high ^ folded_high, base + new)
            if numbered:
                edges[edge, 0], edges[edge, 1] = number + state, base + new if found < 0 else found
                edges[edge, 2] = taken[one]
                edge += 1
            if found >= 0:
                continue
            for byte in range(states.shape[1]):
                out[new, byte] = states[state, byte]
            for change in range(changes):
                where = slots[change]
                out[new, where - DERIVED] = codes[change] & 255
                if high_first[where] >= 0:
                    out[new, high_first[where]] = (codes[change] >> 8) & 255
            out_low[new] = low
            if wide:
                out_high[new] = high
            out_parent[new] = state
            out_ordinal[new] = one
            out_mask[new] = touched
            new += 1
    counts[0], counts[1], counts[2], counts[3] = new, missing, again, transitions
    counts[4], counts[5], counts[6], counts[7] = quiet, at, edge, event


@compiled
def judge(todo, states, masks, truth, width,
          high_slot, high_column, predicate_trie, roots, nodes, child, misses, counts):
    """Asks each state in `todo` the predicates in its mask, and writes down in `truth` which spoke.

    `counts` gets: misses, states to try again (at the front of `todo`), todo consumed.
    """
    row = np.zeros(width, np.int32)
    missing, again, at = 0, 0, 0
    while at < len(todo) and missing + len(predicate_trie) < len(misses):
        state = todo[at]
        at += 1
        unpack(states[state], row, high_slot, high_column)
        known, said = True, truth[state]
        for which in range(len(predicate_trie)):
            bit = np.uint64(1) << np.uint64(which)
            if masks[state] & bit == 0:
                continue
            outcome = follow(predicate_trie[which], row, roots, nodes, child)
            if outcome < 0:
                known = False
                if outcome == -1:
                    misses[missing, 0], misses[missing, 1] = state, predicate_trie[which]
                    missing += 1
            elif outcome == 0:
                said &= ~bit
            else:
                said |= bit
        if known:
            truth[state] = said
        else:
            todo[again] = state
            again += 1
    counts[0], counts[1], counts[2] = missing, again, at
