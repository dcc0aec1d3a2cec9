"""Loops of the floor, compiled: statements → flows with both sides next to each other."""

import math

import numpy as np
from numba import njit, prange

# One whole number holds unit 4, supplier 9, recipient 9, year 6, role 2, source 4 and reporter 9 bits, and below them
# the place of the statement in its item's run, 20 bits.
PLACE, REPORT = 20, 15  # bits below the report; bits of it below the flow
MASK = (1 << PLACE) - 1
YEARS = 64
UNDISCLOSED, TIMING, AGREE, DIFFER, EXPORTER, IMPORTER, THIRD = range(7)


@njit(parallel=True, cache=True)
def runs(item, items, threads):
    """How many statements of each item each thread's share of the file holds, and where each run starts."""
    counts = np.zeros((threads, items), np.int64)
    share = (len(item) + threads - 1) // threads
    for thread in prange(threads):
        for row in range(thread * share, min(len(item), (thread + 1) * share)):
            counts[thread, item[row]] += 1
    starts = np.zeros(items + 1, np.int64)
    place = 0
    for name in range(items):
        starts[name] = place
        for thread in range(threads):
            mine = counts[thread, name]
            counts[thread, name] = place
            place += mine
    starts[items] = place
    return counts, starts


@njit(parallel=True, cache=True)
def scatter(item, unit, supplier, recipient, year, role, source, reporter, values, places, starts):
    """Keys and values of the statements, item by item; the file is read once from its start to its end."""
    threads, rows = len(places), len(item)
    keys, moved = np.empty(rows, np.int64), np.empty((rows, 4), np.int32)
    share = (rows + threads - 1) // threads
    for thread in prange(threads):
        for row in range(thread * share, min(rows, (thread + 1) * share)):
            name = item[row]
            place = places[thread, name]
            places[thread, name] = place + 1
            key = np.int64(unit[row])
            key = (key << 9) | supplier[row]
            key = (key << 9) | recipient[row]
            key = (key << 6) | year[row]
            key = (key << 2) | role[row]
            key = (key << 4) | source[row]
            key = (key << 9) | reporter[row]
            keys[place] = (key << PLACE) | (place - starts[name])
            for column in range(4):
                moved[place, column] = values[column][row]
    return keys, moved


@njit(parallel=True, cache=True)
def order(keys, starts):
    """Sort each item's run in place, and count its flows."""
    items = len(starts) - 1
    flows = np.zeros(items + 1, np.int64)
    for name in prange(items):
        run = keys[starts[name] : starts[name + 1]]
        run.sort()
        last, found = np.int64(-1), 0
        for place in range(len(run)):
            flow = run[place] >> (PLACE + REPORT)
            found += flow != last
            last = flow
        flows[name + 1] = found
    return np.cumsum(flows)


@njit(cache=True)
def middle(low, top):
    """The best single figure of an interval: a point, or the middle of two limits."""
    if low == top:
        return low
    if low > 0 and top < math.inf:
        return (low + top) / 2
    return math.nan


@njit(cache=True)
def listed(keys, moved, base, at, place):
    """Whether a statement of the report that starts at `at` is the same line as an earlier one of it."""
    mine = base + (keys[place] & MASK)
    for earlier in range(at, place):
        other = base + (keys[earlier] & MASK)
        same = moved[mine, 2] == moved[other, 2] and moved[mine, 3] == moved[other, 3]
        if same and moved[mine, 0] == moved[other, 0] and moved[mine, 1] == moved[other, 1]:
            return True
    return False


@njit(cache=True)
def report(keys, moved, base, at, end):
    """Sum of the lots of the report that starts at `at`: least, most, and where the next one starts."""
    key, place = keys[at] >> PLACE, at
    low, top, known = 0.0, 0.0, False
    while place < end and keys[place] >> PLACE == key:
        if place == at or not listed(keys, moved, base, at, place):
            row = base + (keys[place] & MASK)
            if moved[row, 0] >= 0:
                low += moved[row, 0]
                known = True
            top += moved[row, 1] if moved[row, 1] >= 0 else math.inf
        place += 1
    return (low if known else math.nan), top, place


@njit(cache=True)
def view(keys, moved, base, at, end, sides, flow, side):
    """All reports by one side of one flow: low, top, best, larger, open, conflict, silent; returns the next place."""
    key, place = keys[at] >> (PLACE + REPORT - 2), at
    least, low, top, most, larger = math.inf, -math.inf, math.inf, -math.inf, -math.inf
    while place < end and keys[place] >> (PLACE + REPORT - 2) == key:
        one, other, place = report(keys, moved, base, place, end)
        if math.isnan(one):
            sides[flow, side, 6] = 1
            continue
        best = middle(one, other)
        if math.isnan(best):
            sides[flow, side, 4] = 1
        else:
            larger = max(larger, best)
        least, low, top, most = min(least, one), max(low, one), min(top, other), max(most, other)
    if low >= 0:
        conflict = low > top
        sides[flow, side, 0] = least if conflict else low
        sides[flow, side, 1] = most if conflict else top
        sides[flow, side, 2] = math.nan if conflict else middle(low, top)
        sides[flow, side, 3] = larger
        sides[flow, side, 5] = conflict
    return place


@njit(cache=True)
def agree(sides, years, first, last, start, stop, within):
    """Whether the sums of both sides over these years overlap; `within`: and both are known, neither silent."""
    e_low, e_top, i_low, i_top, senders, receivers = 0.0, 0.0, 0.0, 0.0, 0, 0
    for flow in range(first, last):
        if start <= years[flow] <= stop:
            if within and (sides[flow, 0, 6] or sides[flow, 1, 6]):
                return False
            if sides[flow, 0, 0] >= 0:
                e_low, e_top, senders = e_low + sides[flow, 0, 0], e_top + sides[flow, 0, 1], senders + 1
            if sides[flow, 1, 0] >= 0:
                i_low, i_top, receivers = i_low + sides[flow, 1, 0], i_top + sides[flow, 1, 1], receivers + 1
    return (not within or (senders > 0 and receivers > 0)) and e_low <= i_top and i_low <= e_top


@njit(cache=True)
def doubtful(sides, flow):
    """Whether a flow is left unsettled by its own year, and may be settled by those around it."""
    e_low, e_top, i_low, i_top = sides[flow, 0, 0], sides[flow, 0, 1], sides[flow, 1, 0], sides[flow, 1, 1]
    sent, came = e_low >= 0, i_low >= 0
    overlap = sent and came and e_low <= i_top and i_low <= e_top
    if not (sent or came) or (overlap and not sides[flow, 0, 5] and not sides[flow, 1, 5]):
        return False
    least = min(e_low, i_low) if sent and came else e_low if sent else i_low
    most = max(e_top, i_top) if sent and came else e_top if sent else i_top
    return not (sides[flow, 2, 0] >= 0 and (sides[flow, 2, 0] > most or sides[flow, 2, 1] < least))


@njit(cache=True)
def movable(sides, years, count):
    """Whether years can settle anything between a pair: several years, figures of both sides, a doubtful flow."""
    dated, sent, came, doubt = 0, False, False, False
    for flow in range(count):
        if years[flow] > 0:
            dated += 1
            sent, came = sent or sides[flow, 0, 0] >= 0, came or sides[flow, 1, 0] >= 0
            doubt = doubt or doubtful(sides, flow)
    return dated > 1 and sent and came and doubt


@njit(cache=True)
def islands(sides, years, count, inside):
    """Mark the flows of one pair that lie in runs of two years that agree, where overlapping runs agree as a whole."""
    start, stop = -9, -9  # of the island so far
    for flow in range(count):
        year = years[flow]
        if year == 0:
            continue
        before = max(flow - 1, 0)
        for first in range(year - 1, year + 1):
            if first < year and flow > 0 and years[before] == first:
                continue  # that run was looked at with the year before
            if not agree(sides, years, before, min(count, flow + 2), first, first + 1, True):
                continue
            if first > stop:
                close(sides, years, count, start, stop, inside)
                start = first
            stop = first + 1
    close(sides, years, count, start, stop, inside)


@njit(cache=True)
def close(sides, years, count, start, stop, inside):
    """Mark the flows of an island of more than one year if it agrees as a whole."""
    several = 0
    for flow in range(count):
        several += years[flow] > 0 and start <= years[flow] <= stop
    if stop > 0 and several > 1 and agree(sides, years, 0, count, start, stop, False):
        for flow in range(count):
            if years[flow] > 0 and start <= years[flow] <= stop:
                inside[flow] = True


@njit(cache=True)
def judge(sides, flow, inside, numbers, row):
    """Agreement of one flow, as a code, and its low, best and high into its row of `numbers`."""
    known, conflict = 0, False
    low_out, low_in, top_in, top_out = math.inf, -math.inf, math.inf, -math.inf
    for side in range(3):
        low, top = sides[flow, side, 0], sides[flow, side, 1]
        numbers[row, 3 + 2 * side], numbers[row, 4 + 2 * side] = low, top
        if low >= 0:
            known += 1
            low_out, low_in = min(low_out, low), max(low_in, low)
            top_in, top_out = min(top_in, top), max(top_out, top)
            conflict = conflict or sides[flow, side, 5] > 0
    low, best, top = low_in, middle(low_in, top_in), top_in
    if known == 0:
        agreement, low, best, top = UNDISCLOSED, math.nan, math.nan, math.nan
    elif inside and doubtful(sides, flow):
        sent = sides[flow, 0, 0] >= 0
        agreement, low, top = TIMING, sides[flow, 0, 0] if sent else 0.0, sides[flow, 0, 1] if sent else 0.0
        best = middle(low, top)
    elif conflict or low_in > top_in:
        agreement, low, best, top = DIFFER, low_out, sides[flow, 0, 2], top_out
    elif known > 1:
        agreement = AGREE
    else:
        agreement = EXPORTER if sides[flow, 0, 0] >= 0 else IMPORTER if sides[flow, 1, 0] >= 0 else THIRD
    numbers[row, 0], numbers[row, 1], numbers[row, 2] = low, best, top
    return agreement


@njit(cache=True)
def pair(keys, moved, base, at, end, sides, years, inside):
    """Both sides of all flows of the pair that starts at `at`; returns where the next pair starts, and how many."""
    key, place, count = keys[at] >> (PLACE + REPORT + 6), at, 0
    while place < end and keys[place] >> (PLACE + REPORT + 6) == key:
        flow = keys[place] >> (PLACE + REPORT)
        for side in range(3):
            for column in range(7):
                sides[count, side, column] = math.nan if column < 3 else 0
        while place < end and keys[place] >> (PLACE + REPORT) == flow:
            side = (keys[place] >> (PLACE + REPORT - 2)) & 3
            place = view(keys, moved, base, place, end, sides, count, side)
        years[count], inside[count] = flow & (YEARS - 1), False
        count += 1
    return place, count


@njit(parallel=True, cache=True)
def mirrored(keys, moved, starts, flows):
    """Every item's flows: packed unit, supplier, recipient and year; nine numbers; the code of the agreement."""
    items, total = len(starts) - 1, flows[-1]
    packed, numbers = np.empty(total, np.int64), np.empty((total, 9))
    agreement = np.empty(total, np.int8)
    for name in prange(items):
        sides, years, inside = np.empty((YEARS, 3, 7)), np.empty(YEARS, np.int64), np.empty(YEARS, np.bool_)
        base, end, row = starts[name], starts[name + 1], flows[name]
        place = base
        while place < end:
            names = keys[place] >> (PLACE + REPORT + 6)
            place, count = pair(keys, moved, base, place, end, sides, years, inside)
            if movable(sides, years, count):
                islands(sides, years, count, inside)
            for flow in range(count):
                packed[row] = (names << 6) | years[flow]
                agreement[row] = judge(sides, flow, inside[flow], numbers, row)
                row += 1
    return packed, numbers, agreement
