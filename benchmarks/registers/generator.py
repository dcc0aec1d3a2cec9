"""A seeded register of any size, shaped like a real one, as a Parquet file of statements.

200 parties, 25 years, one item per 2000 records, so that what one item's network holds does not grow with the file. In
20 movements 9 are reported by both sides (half of these alike, a third with another count, the rest a year late by the
importer), 5 by the exporter alone, 4 by the importer alone and 2 by a third party alone. One record in 30 repeats a
movement that has both sides: as a third party's estimate, as a further lot, as the same line again, or as an archive
has it. All is one source, as a register is; or, with `sources` 3, the archive and the third party are others. Two
counts in 100 are undisclosed, two are intervals, and one movement in 100 has no year. Ten parties of each item make
most of it, ten others are hubs: they receive a third of it and send a third on.

Every value follows from the seed and the number of the record, so that the file is the same however many threads wrote
it. Records stand in no order.
"""

import math
import sys
from pathlib import Path

import duckdb

PARTIES, YEARS, FIRST_YEAR = 200, 25, 1992
RECORDS_PER_ITEM = 2000
COLUMNS = ("statement_id", "source_id", "locator", "role", "reporter", "supplier", "recipient", "item", "unit", "year")
COLUMNS += ("low", "high", "quantity_as_printed")

# 30 records tell of 20 movements. `line` is the place of a record before the file is shuffled.
RECORDS = """
with lines as (
    select i, (i * {step} + {seed}) % {records} as line from range({records}) rows(i)
),
slots as (
    select i, line, line // 30 as block, line % 30 as slot, (line // 270) % 4 as repeat from lines
),
told as (            -- which movement a record tells of, and as whose
    select i, repeat, slot = 29 as repeated,
           case when slot = 29 and repeat = 2 then block * 30 + 2 * (block % 9) else line end as line,
           block * 20 + case when slot < 18 then slot // 2 when slot < 29 then slot - 9 else block % 9 end as movement,
           case when slot < 18 then if(slot % 2 = 0, 'exporter', 'importer')
                when slot < 23 then 'exporter' when slot < 27 then 'importer' when slot < 29 then 'third'
                when repeat = 0 then 'third' else 'exporter' end as role
    from slots
),
drawn as (
    select *, hash(movement, {seed}) as g, hash(movement, {seed} + 1) as h,
           (hash(line, {seed} + 2) % 1000)::int as chance
    from told
),
chosen as (          -- the first ten parties of an item make it, the next ten are hubs
    select *, (g % {items})::int as number,
           case when h % 1000 < 660 then (h >> 10) % 10 when h % 1000 < 970 then 10 + (h >> 10) % 10
                else (h >> 10) % {parties} end::int as maker,
           if((h >> 20) % 1000 < 300, 10 + (h >> 30) % 10, (h >> 30) % {parties})::int as taker,
           1 + ((h >> 40) % 128)::int * ((h >> 47) % 16)::int as items, ((h >> 51) % 128)::int as apart
    from drawn
),
placed as (
    select *, (maker + number * 37) % {parties} as sender,
           (if(taker = maker, taker + 1, taker) + number * 37) % {parties} as receiver,
           role = 'importer' and apart >= 109 and line % 30 < 18 as late
    from chosen
),
counted as (
    select *,
           case when repeated and repeat = 1 then 1 + items // 2
                when repeated and repeat = 3 then items + chance % 2
                when role = 'third' then items + items * (chance % 5 - 2) // 10
                when role = 'importer' and apart between 64 and 89 then items - items * (apart - 50) // 100
                when role = 'importer' and apart between 90 and 108 then items + 1 + items * (apart - 80) // 50
                else items end as said
    from placed
),
bounded as (
    select *, case when chance < 20 then null when chance < 40 then said - said // 10 else said end as low,
           case when chance < 25 then null when chance < 40 then said + said // 10 else said end as high
    from counted
)
select 'r' || (i + 2) as statement_id,
       case when {sources} = 1 then 'register' when role = 'third' then 'yearbook'
            when repeated and repeat = 3 then 'archive' else 'register' end as source_id,
       'row ' || (line + 2) as locator, role,
       case role when 'exporter' then printf('P%03d', sender) when 'importer' then printf('P%03d', receiver) else '' end
           as reporter,
       printf('P%03d', sender) as supplier, printf('P%03d', receiver) as recipient,
       printf('item-%06d', number) as item,
       if(number % 10 = 0 and (g >> 30) % 2 = 0, 'round', 'piece') as unit,
       if((g >> 40) % 100 = 0, null, {first_year} + (g >> 48) % ({years} - 1) + late::int)::bigint as year,
       low::bigint as low, high::bigint as high,
       case when low is null then 'classified' when high is null then 'at least ' || low
            when low < high then low || '-' || high else low::text end as quantity_as_printed
from bounded
"""


def records(count: int, seed: int, sources: int = 1) -> str:
    """The SQL text that gives `count` statements, by the columns of `transfers` that reconciling needs."""
    step = int(count * (math.sqrt(5) - 1) / 2) | 1
    while math.gcd(step, count) > 1:
        step += 2
    return RECORDS.format(
        records=count,
        seed=seed,
        sources=sources,
        step=step,
        items=max(1, count // RECORDS_PER_ITEM),
        parties=PARTIES,
        years=YEARS,
        first_year=FIRST_YEAR,
    )


def write(path: Path, count: int, seed: int = 1991, sources: int = 1) -> Path:
    """Write the statements as Parquet, in row groups; no more than a few of them are in memory at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2}) as database:
        database.execute(f"copy ({records(count, seed, sources)}) to '{path}' (format parquet, row_group_size 122880)")
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), sources=int(sys.argv[3]))
