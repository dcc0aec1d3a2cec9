-- Flows and stated stocks (stated.sql) → between one stated holding and the next of a party, item and unit: what should
-- have been left over. Holdings are of the last day of their year. What has no year may lie in between or not, and so
-- may all of it.
with held as (
    select party, item, unit, year as opening_year, low as opening_low, high as opening_high, ids as opening_ids,
           lead(year) over years as closing_year, lead(low) over years as closing_low, lead(high) over years as closing_high,
           lead(ids) over years as closing_ids
    from stated
    where kind = 'holding' and year is not null
    window years as (partition by party, item, unit order by year)
),
periods as materialized (select * from held where closing_year is not null),
holders as (select distinct party, item, unit from periods),
legs as (            -- of those alone whose holdings are stated
    select recipient as party, f.item, f.unit, year, 1 as way, low, high, statements
    from flows f join holders h on h.party = f.recipient and h.item = f.item and h.unit = f.unit
    union all
    select supplier, f.item, f.unit, year, 3, low, high, statements
    from flows f join holders h on h.party = f.supplier and h.item = f.item and h.unit = f.unit
    union all
    select party, item, unit, year, 2, low, high, ids from stated where kind = 'production'
),
within as (
    select l.party, l.item, l.unit, p.opening_year, way, low, high, statements
    from legs l asof join periods p
        on p.party = l.party and p.item = l.item and p.unit = l.unit and l.year > p.opening_year
    where l.year <= p.closing_year
    union all
    select l.party, l.item, l.unit, p.opening_year, way, 0, high, statements
    from legs l join periods p on p.party = l.party and p.item = l.item and p.unit = l.unit
    where l.year is null
),
sums as (
    select party, item, unit, opening_year,
           sum(low) filter (way = 1) as received_low, sum(high) filter (way = 1) as received_high,
           sum(low) filter (way = 2) as produced_low, sum(high) filter (way = 2) as produced_high,
           sum(low) filter (way = 3) as sent_low, sum(high) filter (way = 3) as sent_high,
           count(*) filter (way = 1 and high is null) as received_open, count(*) filter (way = 2 and high is null) as produced_open,
           count(*) filter (way = 3 and high is null) as sent_open, string_agg(statements, ' ') as ids
    from within
    group by party, item, unit, opening_year
),
sides as (
    select p.*, received_low, if(received_open > 0, null, received_high) as received_high,
           produced_low, if(produced_open > 0, null, produced_high) as produced_high,
           sent_low, if(sent_open > 0, null, sent_high) as sent_high,
           coalesce(received_open + produced_open, 0) as in_open, coalesce(sent_open, 0) as out_open, ids
    from periods p left join sums using (party, item, unit, opening_year)
)
select party, item, unit, opening_year, closing_year, opening_low, opening_high,
       held(received_low, party, item) as received_low, held(received_high, party, item) as received_high,
       held(produced_low, party, item) as produced_low, held(produced_high, party, item) as produced_high,
       held(sent_low, party, item) as sent_low, held(sent_high, party, item) as sent_high, closing_low, closing_high,
       held(if(out_open > 0, null, coalesce(opening_low, 0) + coalesce(received_low, 0) + coalesce(produced_low, 0)
                              - coalesce(sent_high, 0) - closing_high), party, item) as unaccounted_low,
       held(if(in_open > 0, null, opening_high + coalesce(received_high, 0) + coalesce(produced_high, 0)
                             - coalesce(sent_low, 0) - coalesce(closing_low, 0)), party, item) as unaccounted_high,
       array_to_string(in_order(string_split(concat_ws(' ', opening_ids, ids, closing_ids), ' ')), ' ') as statements
from sides
order by party, item, unit, opening_year
