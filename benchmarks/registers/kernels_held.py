"""Loops of the floor, compiled: flows → balances, and flows → conduits. Flows stand by item, then by packed key."""

import math

import numpy as np
from numba import njit, prange

from benchmarks.registers.kernels_mirror import YEARS

INWARD, ONWARD = 0, 1


@njit(cache=True)
def unpacked(key):
    """Unit, supplier, recipient and year of a flow, as codes."""
    return key >> 24, (key >> 15) & 511, (key >> 6) & 511, key & (YEARS - 1)


@njit(cache=True)
def block(packed, start, stop):
    """Where the flows of one item in one unit end that start at `start`."""
    unit, place = packed[start] >> 24, start
    while place < stop and packed[place] >> 24 == unit:
        place += 1
    return place


@njit(parallel=True, cache=True)
def touched(packed, flows, parties):
    """How many parties each item's flows name, unit by unit, added up."""
    items = len(flows) - 1
    found = np.zeros(items + 1, np.int64)
    for name in prange(items):
        seen, count, unit = np.full(parties, -1, np.int64), 0, 0
        for place in range(flows[name], flows[name + 1]):
            unit, supplier, recipient, _ = unpacked(packed[place])
            count += seen[supplier] != unit
            seen[supplier] = unit
            count += seen[recipient] != unit
            seen[recipient] = unit
        found[name + 1] = count
    return np.cumsum(found)


@njit(cache=True)
def add(sums, numbers):
    """One movement more: low, best, high, how many movements, how many with a known least."""
    if numbers[0] >= 0:
        sums[0] += numbers[0]
        sums[4] += 1
    sums[1] += numbers[1]
    sums[2] += numbers[2] if numbers[2] >= 0 else math.inf
    sums[3] += 1


@njit(cache=True)
def stock(received, sent):
    """The most by which sending ran ahead; undated arrivals stand first, undated departures are taken last."""
    most, ahead = 0.0, -received[0]
    for year in range(1, len(sent)):
        ahead += sent[year] - received[year]
        most = max(most, ahead)
    return max(most, ahead + sent[0])


@njit(cache=True)
def limits(sums):
    """Low, best and high of a sum, empty where it has none."""
    low = sums[0] if sums[4] > 0 else math.nan
    return low, sums[1], sums[2] if sums[2] < math.inf else math.nan


@njit(cache=True)
def balance(sums, received, sent, out):
    """One party's balance into `out`: received, sent, unaccounted, share, required stock; returns the status."""
    has_in, has_out = sums[INWARD, 3] > 0, sums[ONWARD, 3] > 0
    out[:] = math.nan
    out[10] = stock(received, sent) if has_out else 0.0
    if has_in:
        out[0], out[1], out[2] = limits(sums[INWARD])
    if has_out:
        out[3], out[4], out[5] = limits(sums[ONWARD])
    if not has_in:
        return 0
    if not has_out:
        return 1
    out[6] = out[0] - out[5]
    out[7] = out[1] - out[4]
    out[8] = out[2] - sums[ONWARD, 0]
    if out[1] != 0:
        out[9] = out[4] / out[1]
    if out[6] > 0:
        return 2
    if out[8] < 0:
        return 3
    return 4 if out[6] == 0 and out[8] == 0 else 5


@njit(parallel=True, cache=True)
def balanced(packed, numbers, flows, rows, parties, years):
    """Every item's balances: item, unit and party as codes, eleven numbers, the code of the status."""
    items = len(flows) - 1
    keys, out = np.empty((rows[-1], 3), np.int32), np.empty((rows[-1], 11))
    status = np.empty(rows[-1], np.int8)
    for name in prange(items):
        place, row = flows[name], rows[name]
        sums, steps = np.zeros((parties, 2, 5)), np.zeros((2, parties, years))
        while place < flows[name + 1]:
            end, unit = block(packed, place, flows[name + 1]), packed[place] >> 24
            for flow in range(place, end):
                _, supplier, recipient, year = unpacked(packed[flow])
                add(sums[recipient, INWARD], numbers[flow])
                add(sums[supplier, ONWARD], numbers[flow])
                steps[INWARD, recipient, year] += numbers[flow, 2] if numbers[flow, 2] >= 0 else math.inf
                if numbers[flow, 0] >= 0:
                    steps[ONWARD, supplier, year] += numbers[flow, 0]
            for party in range(parties):
                if sums[party, 0, 3] > 0 or sums[party, 1, 3] > 0:
                    keys[row, 0], keys[row, 1], keys[row, 2] = name, unit, party
                    status[row] = balance(sums[party], steps[INWARD, party], steps[ONWARD, party], out[row])
                    row += 1
            place = end
            if place < flows[name + 1]:
                sums[:] = 0
                steps[:] = 0
    return keys, out, status


@njit(cache=True)
def note(names, party, way, year, other):
    """That something moved between `party` and `other` in a year: the only name so far, or -2 for several; -1: none."""
    held = names[way, party, year]
    names[way, party, year] = other if held in (-1, other) else -2


@njit(cache=True)
def another(names, party, way, first, last, other):
    """Whether something moved in these years between `party` and another than `other`."""
    for year in range(max(first, 0), min(last + 1, names.shape[2])):
        if names[way, party, year] not in (-1, other):
            return True
    return False


@njit(cache=True)
def passing(packed, numbers, start, end, within, names, sums):
    """Sums per party of what came and went within the window, into `sums`."""
    for flow in range(start, end):
        _, supplier, recipient, year = unpacked(packed[flow])
        if year > 0 and not numbers[flow, 2] <= 0:
            note(names, recipient, INWARD, year, supplier)
            note(names, supplier, ONWARD, year, recipient)
    for flow in range(start, end):
        _, supplier, recipient, year = unpacked(packed[flow])
        if year > 0 and not numbers[flow, 2] <= 0:
            if another(names, recipient, ONWARD, year, year + within, supplier):
                add(sums[recipient, INWARD], numbers[flow])
            if another(names, supplier, INWARD, year - within, year, recipient):
                add(sums[supplier, ONWARD], numbers[flow])


@njit(cache=True)
def possible(sums):
    """How many it can have been: the best figure, else the most."""
    return sums[2] if math.isnan(sums[1]) else sums[1]


@njit(cache=True)
def conduit(sums, out):
    """One conduit into `out`: received, sent, share, exactness."""
    out[0], out[1], out[2] = limits(sums[INWARD])
    out[3], out[4], out[5] = limits(sums[ONWARD])
    out[6] = out[4] / out[1] if out[1] != 0 else math.nan
    out[7] = math.nan
    if out[1] >= 0 and out[4] >= 0 and max(out[1], out[4]) > 0:
        out[7] = min(out[1], out[4]) / max(out[1], out[4])


@njit(parallel=True, cache=True)
def passed(packed, numbers, flows, rows, parties, years, within, threshold):
    """Every item's conduits: item, unit and party as codes, eight numbers; and how many rows each item fills."""
    items = len(flows) - 1
    keys, out = np.empty((rows[-1], 3), np.int32), np.empty((rows[-1], 8))
    found = np.zeros(items, np.int64)
    for name in prange(items):
        place = flows[name]
        while place < flows[name + 1]:
            end, unit = block(packed, place, flows[name + 1]), packed[place] >> 24
            sums, names = np.zeros((parties, 2, 5)), np.full((2, parties, years), -1, np.int16)
            passing(packed, numbers, place, end, within, names, sums)
            for party in range(parties):
                both = sums[party, INWARD, 3] > 0 and sums[party, ONWARD, 3] > 0
                if both and min(possible(sums[party, INWARD]), possible(sums[party, ONWARD])) >= threshold:
                    row = rows[name] + found[name]
                    keys[row, 0], keys[row, 1], keys[row, 2] = name, unit, party
                    conduit(sums[party], out[row])
                    found[name] += 1
            place = end
    return keys, out, found


@njit(cache=True)
def closed_up(keys, out, rows, found):
    """The rows that are filled, without the gaps between items."""
    total, place = found.sum(), 0
    few, numbers = np.empty((total, 3), np.int32), np.empty((total, out.shape[1]))
    for name in range(len(found)):
        for row in range(rows[name], rows[name] + found[name]):
            few[place], numbers[place] = keys[row], out[row]
            place += 1
    return few, numbers
