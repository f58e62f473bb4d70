"""The compiled loops: everything that runs once per state or per transition, and nothing else.

Python is entered where a trie has no entry yet; what has one is advanced here. All arrays come from outside, so a loop
keeps nothing between calls. Compilation is cached beside this file, or in the user's cache folder where that cannot be
written; without numba the same search runs on `seatrial.properties.checking.explore.vectorised`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

try:
    import numba
    from llvmlite import binding as llvm
except ImportError:  # pragma: no cover -- the fallback is tested by asking for it
    numba = None

UNKNOWN, LEAF, ASKED = -1, -2, -3
OTHER, DELIVERY, ABSORBING = 0, 1, 2
NEVER, IF_LOCAL, ALWAYS = 0, 1, 2
LOCAL = np.uint64(1 << 63)
"""In the flags of an outcome: the step touched nothing but the plan it continues."""
BEGIN, COUNT, MOVERS, SPOKEN, LOOKED = 0, 1, 2, 3, 4
"""What a situation is: where its offers begin, how many they are, how many of them are the system's, whether a property
of steps spoke, and from then on, as bits, which slots it was recognised by."""
MANY = 512
"""So many candidates are looked up together."""
OWN, WINDOW, PAUSE = 16, 4096, 1 << 15
"""An anchor whose situations seldom repeat has a place of its own, for so many offers, instead of the memo: that is
found out by so many looks into the memo, and again after so many without one."""
DERIVED = 64
"""The first slots are derived from the others: they are neither packed nor part of a fingerprint."""
PLACES = np.zeros(64, np.int64)
"""Of a word with a single bit, by the topmost bits of its product with `DE_BRUIJN`: which bit that is."""
DE_BRUIJN = 0x022FDD63CC95386D
for _bit in range(64):
    PLACES[((DE_BRUIJN << _bit) & (2**64 - 1)) >> 58] = _bit

OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
"""Arrays are not counted by reference (`_nrt`): nothing is allocated here, and counting took half of the time."""


def has_numba() -> bool:
    """Is numba installed?"""
    return numba is not None


def cache_folder() -> Path | None:
    """The folder in which compiled loops are kept, if there is one."""
    kept = None if numba is None else getattr(expand, "stats").cache_path  # noqa: B009 -- the compiler adds it
    return None if kept is None else Path(kept)


def compiler() -> tuple[str, str]:
    """What compiles the loops, and for which machine; both are empty without numba."""
    return ("", "") if numba is None else (numba.__version__, llvm.get_host_cpu_name())


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


def woven(function: Callable[..., Any]) -> Callable[..., Any]:
    """A part that is compiled into each loop that calls it: with so many arrays a call would take longer than it."""
    if numba is None:
        return function
    found: Callable[..., Any] = numba.njit(no_cpython_wrapper=True, forceinline=True, **OPTIONS)(function)
    return found


@part
def lowest(word):
    """The number of the lowest bit that a word has."""
    return PLACES[((word & (~word + np.uint64(1))) * np.uint64(DE_BRUIJN)) >> np.uint64(58)]


@part
def widen(z):
    """The second half of a 128-bit number whose first half is z."""
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xFF51AFD7ED558CCD)
    return z ^ (z >> np.uint64(32))


@part
def swap(row, slots, codes, count):
    """Exchanges what these slots of a row hold for these codes."""
    for at in range(count):
        held = row[slots[at]]
        row[slots[at]] = codes[at]
        codes[at] = held


@woven
def mixed_up(z):
    """A random-looking number for another, and 0 for 0: SplitMix64's finisher."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@woven
def tell(entry, times, part_first, part_name, part_says, wide, said, marked, touched, count):
    """Adds what an entry says, so many times, to what is said of names; answers how many names that touched so far."""
    for at in range(np.uint64(part_first[entry]), np.uint64(part_first[entry + 1])):
        name = part_name[at]
        if not marked[name]:
            marked[name] = True
            touched[count] = name
            count += np.uint64(1)
        for way in range(wide):
            said[name * wide + way] += times * part_says[at * wide + way]
    return count


@woven
def take_in(row, changed, kept, sym_first, sym_entry, part_first, part_name, part_says, image_first,
            said, mixed, total, marked, touched, met):
    """Brings what is said of each name up to date with a row, which has `changed` since; `kept` is what it held then.

    `total` is what is said of none, and of all names, mixed up; `met` counts the entries that mention several names.
    """
    count, wide = np.uint64(1), np.uint64(len(total))
    marked[0] = True
    for word in range(DERIVED >> 6, len(changed)):
        left = changed[word]
        while left != 0:
            slot = 64 * word + lowest(left)
            left &= left - np.uint64(1)
            before, after = sym_entry[sym_first[slot] + kept[slot]], sym_entry[sym_first[slot] + row[slot]]
            kept[slot] = row[slot]
            if before >= 0:
                count = tell(before, ~np.uint64(0), part_first, part_name, part_says, wide, said, marked, touched,
                             count)
                met[0] -= np.uint64(image_first[before] >= 0)
            if after >= 0:
                count = tell(after, np.uint64(1), part_first, part_name, part_says, wide, said, marked, touched, count)
                met[0] += np.uint64(image_first[after] >= 0)
    for way in range(wide):
        total[way] += said[way]
        said[way] = np.uint64(0)
    for at in range(np.uint64(1), count):
        begin = touched[at] * wide
        marked[touched[at]] = False
        for way in range(wide):
            z = mixed_up(said[begin + way])
            total[way] += z - mixed[begin + way]
            mixed[begin + way] = z


@woven
def retell(entry, times, part_first, part_name, part_says, wide, its_names, its_said, first, begin):
    """Adds what an entry says, so many times, to what one thing that an anchor offers changes."""
    for at in range(np.uint64(part_first[entry]), np.uint64(part_first[entry + 1])):
        name, place, many = part_name[at], np.uint64(0), its_names[first]
        while place < many and its_names[first + np.uint64(2) + place] != name:
            place += np.uint64(1)
        if place == many:
            its_names[first], its_names[first + np.uint64(2) + place] = place + np.uint64(1), name
            for way in range(wide):
                its_said[begin + place * wide + way] = np.uint64(0)
        for way in range(wide):
            its_said[begin + place * wide + way] += times * part_says[at * wide + way]


@woven
def will_say(outcome, row, write_first, write_slot, write_code, sym_first, sym_entry, part_first, part_name, part_says,
             image_first, wide, its_names, its_said, first, begin):
    """What an outcome changes of what is said.

    From `first` on `its_names` gets how many names that concerns, by how many more values mention several at once, and
    the names; of each, what is said less or more is in `its_said` from `begin` on. The first is none.
    """
    its_names[first], its_names[first + np.uint64(1)] = np.uint64(1), np.uint64(0)
    its_names[first + np.uint64(2)] = np.uint64(0)
    for way in range(wide):
        its_said[begin + way] = np.uint64(0)
    for write in range(write_first[outcome], write_first[outcome + 1]):
        where, code = write_slot[write], write_code[write]
        if code < 0:
            code = row[-1 - code]
        before, after = sym_entry[sym_first[where] + row[where]], sym_entry[sym_first[where] + code]
        if before == after:
            continue
        if before >= 0:
            retell(before, ~np.uint64(0), part_first, part_name, part_says, wide, its_names, its_said, first, begin)
            its_names[first + np.uint64(1)] -= np.uint64(image_first[before] >= 0)
        if after >= 0:
            retell(after, np.uint64(1), part_first, part_name, part_says, wide, its_names, its_said, first, begin)
            its_names[first + np.uint64(1)] += np.uint64(image_first[after] >= 0)


@part
def look_together(row, sym_first, sym_entry, part_first, part_name, image_first, image, several, group, wide,
                  said, tally, rank):
    """Adds what is said of several names at once, after each was replaced by its rank among its like."""
    ways = wide >> np.uint64(1)
    for way in range(ways):
        for one in range(np.uint64(1), np.uint64(len(group))):
            rank[one] = 0
            for other in range(np.uint64(1), np.uint64(len(group))):
                mine, its = said[one * wide + way], said[other * wide + way]
                rank[one] += group[other] == group[one] and (its > mine or (its == mine and other < one))
        for which in range(len(several)):
            entry = sym_entry[sym_first[several[which]] + row[several[which]]]
            if entry < 0 or image_first[entry] < 0:
                continue
            begin, end = part_first[entry], part_first[entry + 1]
            place, whose = 0, np.uint64(0)
            for at in range(begin, end):
                one, position = part_name[at], 0
                for another in range(begin, end):
                    other = part_name[another]
                    position += group[other] < group[one] or (group[other] == group[one] and rank[other] < rank[one])
                place = place * (end - begin) + position
                whose += np.uint64(rank[one] + 1) * np.uint64(2 * position + 1) * np.uint64(0x9E3779B97F4A7C15)
            z = image[np.uint64(image_first[entry] + place) * ways + way]
            tally[way] += mixed_up(z + whose)
            tally[ways + way] += mixed_up(widen(z) + whose)


@part
def together(outcome, row, write_first, write_slot, write_code, slots, codes, sym_first, sym_entry, part_first,
             part_name, image_first, image, several, group, wide, its_names, its_said, first, begin, said, tally, rank):
    """`look_together` after an outcome: as if it had been taken, for a moment."""
    changes = np.int64(0)
    for write in range(write_first[outcome], write_first[outcome + 1]):
        slots[changes] = write_slot[write]
        codes[changes] = write_code[write] if write_code[write] >= 0 else row[-1 - write_code[write]]
        changes += 1
    for at in range(np.uint64(1), its_names[first]):
        for way in range(wide):
            said[its_names[first + np.uint64(2) + at] * wide + way] += its_said[begin + at * wide + way]
    swap(row, slots, codes, changes)
    look_together(row, sym_first, sym_entry, part_first, part_name, image_first, image, several, group, wide, said,
                  tally, rank)
    swap(row, slots, codes, changes)
    for at in range(np.uint64(1), its_names[first]):
        for way in range(wide):
            said[its_names[first + np.uint64(2) + at] * wide + way] -= its_said[begin + at * wide + way]


@woven
def fold(outcome, row, write_first, write_slot, write_code, slots, codes, sym_first, sym_entry, part_first, part_name,
         image_first, image, several, group, its_names, its_said, first, begin, said, mixed, total, tally, rank, met):
    """The fingerprint, after an outcome, of what mentions interchangeable names.

    It is the least one, of all ways in which permuted names can change places.
    """
    wide, count, best = np.uint64(len(total)), its_names[first], np.uint64(0)
    ways = wide >> np.uint64(1)
    for way in range(ways):
        tally[way], tally[ways + way] = total[way] + its_said[begin + way], np.uint64(0)
    for at in range(np.uint64(1), count):
        name, its = its_names[first + np.uint64(2) + at] * wide, begin + at * wide
        for way in range(ways):
            tally[way] += mixed_up(said[name + way] + its_said[its + way]) - mixed[name + way]
    if met[0] + its_names[first + np.uint64(1)] != 0:
        together(outcome, row, write_first, write_slot, write_code, slots, codes, sym_first, sym_entry, part_first,
                 part_name, image_first, image, several, group, wide, its_names, its_said, first, begin, said, tally,
                 rank)
    for way in range(ways):
        if tally[way] < tally[best]:
            best = np.uint64(way)
    low, best = tally[best], best + ways
    high = tally[best] + total[best] + its_said[begin + best]
    for at in range(np.uint64(1), count):
        name, its = its_names[first + np.uint64(2) + at] * wide, begin + at * wide
        high += mixed_up(said[name + best] + its_said[its + best]) - mixed[name + best]
    return mixed_up(low), high  # the least of several is small: half of the table would stay empty


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
def code_in(states, state, slot, high_first):
    """What a slot of a packed state holds."""
    code = np.int32(states[state, slot - DERIVED])
    if high_first[slot] >= 0:
        code |= np.int32(states[state, high_first[slot]]) << 8
    return code


@part
def renew(row, state, packed, held, states, column_slot, high_first, changed):
    """Makes the row that of another state; notes which slots are different."""
    for word in range(len(changed)):
        changed[word] = np.uint64(0)
    for word in range(len(held)):
        difference = packed[state, word] ^ held[word]
        held[word] = packed[state, word]
        while difference != 0:
            byte = lowest(difference) >> 3
            difference &= ~(np.uint64(255) << np.uint64(8 * byte))
            slot = column_slot[8 * word + byte]
            row[slot] = code_in(states, state, slot, high_first)
            changed[slot >> 6] |= np.uint64(1) << np.uint64(slot & 63)


@part
def rekey(slot, code, row, number_first, key_numbers, changed, watchers, stale, keys):
    """Writes a code into a slot, and changes the key of every anchor that ever looked at it."""
    changed[slot >> 6] |= np.uint64(1) << np.uint64(slot & 63)
    difference = key_numbers[number_first[slot] + row[slot]] ^ key_numbers[number_first[slot] + code]
    row[slot] = code
    for word in range(len(stale)):
        left = watchers[slot, word]
        stale[word] |= left
        while left != 0:
            keys[64 * word + lowest(left)] ^= difference
            left &= left - np.uint64(1)


@part
def turn_to(row, state, packed, held, states, column_slot, high_first, number_first, key_numbers, changed, watchers,
            stale, keys):
    """Makes the row that of another state, and the keys of the anchors with it; notes which slots are different."""
    for word in range(len(changed)):
        changed[word] = np.uint64(0)
    for word in range(len(held)):
        difference = packed[state, word] ^ held[word]
        held[word] = packed[state, word]
        while difference != 0:
            byte = lowest(difference) >> 3
            difference &= ~(np.uint64(255) << np.uint64(8 * byte))
            slot = column_slot[8 * word + byte]
            code = code_in(states, state, slot, high_first)
            if code != row[slot]:
                rekey(slot, code, row, number_first, key_numbers, changed, watchers, stale, keys)


@part
def derive(row, mention_slots, mention_first, mentions, names, number_first, key_numbers, changed, watchers, stale,
           keys):
    """Works out the derived slots: which generated names are mentioned anywhere."""
    seen = np.uint64(0)
    for which in range(len(mention_slots)):
        seen |= mentions[mention_first[which] + row[mention_slots[which]]]
    for bit in range(names):
        code = np.int32((seen >> np.uint64(bit)) & np.uint64(1))
        if row[bit] != code:
            rekey(bit, code, row, number_first, key_numbers, changed, watchers, stale, keys)


@part
def is_touched(looked, which, changed):
    """Is anything different that was read?"""
    common = np.uint64(0)
    for word in range(len(changed)):
        common |= looked[which, word] & changed[word]
    return common != 0


@part
def is_concerned(situations, entry, changed):
    """Is anything different that this situation was recognised by?"""
    common = np.uint64(0)
    for word in range(len(changed)):
        common |= np.uint64(situations[entry, LOOKED + word]) & changed[word]
    return common != 0


@part
def watch(looked, entry, situations, which, ever, row, number_first, key_numbers, watchers, keys):
    """Notes which slots an anchor looked at: if for the first time, they are part of its key from now on."""
    for word in range(len(looked)):
        bits = looked[word] & ~ever[which, word]
        ever[which, word] |= bits
        situations[entry, LOOKED + word] = np.int64(looked[word])
        looked[word] = np.uint64(0)
        while bits != 0:
            slot = 64 * word + lowest(bits)
            watchers[slot, which >> 6] |= np.uint64(1) << np.uint64(which & 63)
            keys[which] ^= key_numbers[number_first[slot] + row[slot]]
            bits &= bits - np.uint64(1)


@part
def is_restless(habits, which):
    """Do an anchor's situations seldom repeat? Each call is a look into the memo, or one that is saved."""
    if habits[which, 2] > 0:
        habits[which, 2] -= 1
        return True
    habits[which, 0] += 1
    if habits[which, 0] == WINDOW:
        if 4 * habits[which, 1] < WINDOW:
            habits[which, 2] = PAUSE
        habits[which, 0], habits[which, 1] = 0, 0
    return False


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
        who[left, 0], who[left, 1] = who[at, 0], who[at, 1]
        left += 1
    return left


@part
def put(lively, its, situations, offers, state, low, high, out_low, out_high, out_who, wide, new):
    """Writes down what follows a state, where every Action of it counts; answers where that ends."""
    whence = np.int64(state)
    for word in range(len(lively)):
        left = lively[word]
        while left != 0:
            entry = its[64 * word + lowest(left)]
            left &= left - np.uint64(1)
            begin = situations[entry, BEGIN]
            for one in range(begin, begin + situations[entry, COUNT]):
                out_low[new] = low ^ offers[one, 0]
                if wide:
                    out_high[new] = high ^ offers[one, 1]
                out_who[new, 0], out_who[new, 1] = whence, np.int64(offers[one, 2])
                whence += 1 << 32
                new += 1
    return new


@part
def gather(lively, its, situations, offers, listed, outcomes, taken):
    """Lists all that is enabled."""
    ordinal = 0
    for word in range(len(lively)):
        left = lively[word]
        while left != 0:
            entry = its[64 * word + lowest(left)]
            left &= left - np.uint64(1)
            begin = situations[entry, BEGIN]
            for one in range(begin, begin + situations[entry, COUNT]):
                listed[ordinal] = one
                outcomes[ordinal] = offers[one, 2] & np.uint64(0xFFFFFFFF)
                taken[ordinal] = offers[one, 2] >> np.uint64(32)
                ordinal += 1


@part
def forget(memo, its, lively, stale, anchors, used):
    """Makes room for situations: all are forgotten."""
    for place in range(len(memo)):
        memo[place, 0] = np.uint64(0)
    used[0], used[1] = 1, 0
    for which in range(anchors):
        its[which] = 0
        stale[which >> 6] |= np.uint64(1) << np.uint64(which & 63)
    for word in range(len(lively)):
        lively[word] = np.uint64(0)


@compiled
def expand(todo, states, packed, lows, highs, column_slot, high_first,
           mention_slots, mention_first, mentions, names,
           anchors, offer_trie, action_trie, action_environment, action_names,
           roots, nodes, child, number_first, numbers, key_numbers, offer_first, offered,
           write_first, write_slot, write_code, write_flags,
           eligible, idle_first, idle_slot, feed_first, feed_slot, feed_open, budget_first, budget_slot,
           alone, action_process, action_kind,
           sym_slots, sym_first, sym_entry, part_first, part_name, part_says, image_first, image, several, group,
           row, held, changed, watchers, stale, its, lively, keys_of, looked, taken, outcomes, listed, slots, codes,
           kept, said, mixed, total, tally, marked, touched, rank, met,
           ever, habits, memo, situations, offers, its_names, its_said, used,
           keys, wide, every, adding, recent, asking, out_low, out_high, out_who, misses, events, resting, counts):
    """Takes every Action of the states in `todo`, one state after the other, until done or until a buffer is full.

    What follows goes to the `out` columns: its fingerprint, and who: state, ordinal, outcome, Action. Unless `every` is
    asked for, known states are left out; if `adding`, the others are known from then on. Situations that no trie knows
    go to `misses` (state, trie), broken step properties to `events` (state, ordinal, flags); `resting` is where the
    system has nothing to do. `counts` gets: what follows, misses, states to try again (at the front of `todo`),
    transitions, quiet states, todo consumed, events.

    What an anchor offers, and what that does, depends on few slots, and most of what these hold was met before. So it
    is looked up by a key, the sum of the numbers of all slots that this anchor `ever` looked at, which changes only
    where one of these differs from the state before. Entry 0 of the memo offers nothing. From `row` to `met` the
    arrays are to work in, at first zero; what follows them until `used` is the memo, kept from call to call.
    """
    zero = np.int64(0)  # a plain 0 would have what takes it compiled twice
    new, checked, enabled, movers, flagged = zero, zero, zero, zero, zero
    missing, again, transitions, quiet, event, at, full = 0, 0, zero, 0, 0, 0, False
    choosing, members, breadth = len(eligible) != 0, np.uint64(len(group)), np.uint64(len(total))
    naming = False
    for action in range(len(alone)):
        choosing |= alone[action] != NEVER
        naming |= action_names[action]
    plain = not choosing and len(sym_slots) == 0
    for which in range(len(anchors)):
        keys_of[which] = np.uint64(which + 1) * np.uint64(0x9E3779B97F4A7C15)
        stale[which >> 6] |= np.uint64(1) << np.uint64(which & 63)
    if used[0] == 0:
        used[0] = 1
    while True:
        full |= at >= len(todo) or missing + len(anchors) + len(action_trie) >= len(misses)
        if not every and (full or new - checked > MANY):
            new = checked = without_known(keys, wide, adding, recent, out_low, out_high, out_who, checked, new)
        if full:
            break
        state = todo[at]
        turn_to(row, state, packed, held, states, column_slot, high_first, number_first, key_numbers, changed, watchers,
                stale, keys_of)
        if len(sym_slots) != 0:
            take_in(row, changed, kept, sym_first, sym_entry, part_first, part_name, part_says, image_first,
                    said, mixed, total, marked, touched, met)
        if naming:
            derive(row, mention_slots, mention_first, mentions, names, number_first, key_numbers, changed, watchers,
                   stale, keys_of)
        if (used[0] + 2 * len(anchors) > len(situations)
                or used[1] + len(action_trie) + OWN * len(anchors) > len(offers)):
            forget(memo, its, lively, stale, len(anchors), used)
            enabled, movers, flagged = zero, zero, zero
        unknown = 0
        for word in range(len(stale)):
            left = stale[word]
            stale[word] = np.uint64(0)
            while left != 0:
                which = 64 * word + lowest(left)
                bit = left & (~left + np.uint64(1))
                left ^= bit
                entry = its[which]
                if entry != 0 and not is_concerned(situations, entry, changed):
                    continue
                enabled -= situations[entry, COUNT]
                movers -= situations[entry, MOVERS]
                flagged -= situations[entry, SPOKEN]
                restless = is_restless(habits, which)
                place = (keys_of[which] ^ (keys_of[which] >> np.uint64(32))) & np.uint64(len(memo) - 1)
                if not restless and memo[place, 0] == keys_of[which]:
                    entry = np.int64(memo[place, 1])
                    habits[which, 1] += 1
                else:
                    entry, first_offer, known = used[0], used[1], True
                    count, moves, speaks = zero, zero, zero
                    looked[0, anchors[which] >> 6] |= np.uint64(1) << np.uint64(anchors[which] & 63)
                    begin, end = 0, 0
                    if row[anchors[which]] != 0:
                        offer = follow(offer_trie[which], row, roots, nodes, child, asking, looked, zero)
                        if offer >= 0:
                            begin, end = offer_first[offer], offer_first[offer + 1]
                        else:
                            known = False
                            if offer == -1:
                                misses[missing, 0], misses[missing, 1] = state, offer_trie[which]
                                missing += 1
                    restless &= end - begin <= OWN
                    if restless:
                        entry, first_offer = len(situations) - 1 - which, len(offers) - OWN * (which + 1)
                    for one in range(begin, end):
                        action = offered[one]
                        outcome = follow(action_trie[action], row, roots, nodes, child, asking, looked, zero)
                        if outcome < 0:
                            known = False
                            if outcome == -1:
                                misses[missing, 0], misses[missing, 1] = state, action_trie[action]
                                missing += 1
                            continue
                        last = first_offer + count
                        offers[last, 0], offers[last, 1] = effect(
                            outcome, row, write_first, write_slot, write_code, number_first, numbers, looked, zero)
                        offers[last, 2] = np.uint64(outcome) | (np.uint64(action) << np.uint64(32))
                        if len(sym_slots) != 0:
                            will_say(outcome, row, write_first, write_slot, write_code, sym_first, sym_entry,
                                     part_first, part_name, part_says, image_first, breadth, its_names, its_said,
                                     np.uint64(last) * (members + np.uint64(2)), np.uint64(last) * members * breadth)
                        count += 1
                        moves += not action_environment[action]
                        speaks |= write_flags[outcome] & ~LOCAL != 0
                    watch(looked[0], entry, situations, which, ever, row, number_first, key_numbers, watchers, keys_of)
                    if known:
                        situations[entry, BEGIN], situations[entry, COUNT] = first_offer, count
                        situations[entry, MOVERS], situations[entry, SPOKEN] = moves, speaks
                    if known and not restless:
                        place = (keys_of[which] ^ (keys_of[which] >> np.uint64(32))) & np.uint64(len(memo) - 1)
                        memo[place, 0], memo[place, 1] = keys_of[which], np.uint64(entry)
                        used[0] += 1
                        used[1] += count
                    if not known:
                        stale[word] |= bit
                        unknown += 1
                        entry = zero
                its[which] = entry
                enabled += situations[entry, COUNT]
                movers += situations[entry, MOVERS]
                flagged += situations[entry, SPOKEN]
                if situations[entry, COUNT]:
                    lively[word] |= bit
                else:
                    lively[word] &= ~bit
        if unknown != 0:
            todo[again] = state
            again += 1
            at += 1
            continue
        if not every and new + enabled > len(out_who):
            new = checked = without_known(keys, wide, adding, recent, out_low, out_high, out_who, checked, new)
        if new + enabled > len(out_who) or event + enabled > len(events):
            full = True
            continue
        at += 1
        quiet += movers == 0
        resting[state] = movers == 0
        if plain and flagged == 0:
            transitions += enabled
            new = put(lively, its, situations, offers, state, lows[state], highs[state] if wide else np.uint64(0),
                      out_low, out_high, out_who, wide, new)
            continue
        gather(lively, its, situations, offers, listed, outcomes, taken)
        only, process = -1, -1
        if choosing:
            only = choose_alone(enabled, taken, outcomes, write_flags, alone)
            if only < 0:
                process = choose_process(enabled, taken, row, eligible, idle_first, idle_slot, feed_first, feed_slot,
                                         feed_open, budget_first, budget_slot, action_process, action_kind)
        for ordinal in range(enabled):
            outcome, action = outcomes[ordinal], taken[ordinal]
            if only >= 0 and ordinal != only:
                continue
            if process >= 0 and (action_process[action] != process or action_kind[action] != DELIVERY):
                continue
            transitions += 1
            if write_flags[outcome] & ~LOCAL != 0:
                events[event, 0], events[event, 1], events[event, 2] = state, ordinal, write_flags[outcome] & ~LOCAL
                event += 1
            one = listed[ordinal]
            low = lows[state] ^ offers[one, 0]
            high = highs[state] ^ offers[one, 1] if wide else np.uint64(0)
            if len(sym_slots) != 0:
                first = np.uint64(one) * (members + np.uint64(2))
                folded, folded_high = fold(
                    outcome, row, write_first, write_slot, write_code, slots, codes, sym_first, sym_entry, part_first,
                    part_name, image_first, image, several, group, its_names, its_said, first,
                    np.uint64(one) * members * breadth, said, mixed, total, tally, rank, met)
                low ^= folded
                high ^= folded_high
            out_low[new] = low
            if wide:
                out_high[new] = high
            out_who[new, 0] = np.int64(state) | (np.int64(ordinal) << 32)
            out_who[new, 1] = np.int64(outcome) | (np.int64(action) << 32)
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
          row, held, changed, looked, valid, answer, asking, misses, counts):
    """Asks each state in `todo` the predicates in its mask, and writes down in `truth` which spoke.

    `counts` gets: misses, states to try again (at the front of `todo`), todo consumed.
    """
    missing, again, at = 0, 0, 0
    while at < len(todo) and missing + len(predicate_trie) < len(misses):
        state = todo[at]
        at += 1
        renew(row, state, packed, held, states, column_slot, high_first, changed)
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
