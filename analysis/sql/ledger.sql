-- Flows and production (stated.sql) → per party, item, unit and year: what came, was made and went, and the net so far.
-- An empty count means "none recorded", or not disclosed. What has no year is the last row: until then it widens `net`,
-- for arrivals may have come first, and departures left at any time; they left last for the least stock that is needed.
-- `nobody` lists codes that are no single party: what came to one of these is not what went from it, and nets nothing.
with legs as (
    select recipient as party, item, unit, year, 1 as way, low, high, statements from flows
    union all
    select supplier, item, unit, year, 3, low, high, statements from flows
    union all
    select party, item, unit, year, 2, low, high, ids from stated where kind = 'production'
),
years as materialized (      -- a sum with a part that has no upper limit has none
    select party, item, unit, year,
           sum(low) filter (way = 1) as received_low, if(bool_and(high is not null) filter (way = 1), sum(high) filter (way = 1), null) as received_high,
           sum(low) filter (way = 2) as produced_low, if(bool_and(high is not null) filter (way = 2), sum(high) filter (way = 2), null) as produced_high,
           sum(low) filter (way = 3) as sent_low, if(bool_and(high is not null) filter (way = 3), sum(high) filter (way = 3), null) as sent_high,
           coalesce(sum(low) filter (way < 3), 0) as in_low, coalesce(sum(high) filter (way < 3), 0) as in_high,
           coalesce(sum(low) filter (way = 3), 0) as out_low, coalesce(sum(high) filter (way = 3), 0) as out_high,
           bool_or(high is null and way < 3) as in_open, bool_or(high is null and way = 3) as out_open,
           string_agg(statements, ' ') as ids
    from legs
    group by party, item, unit, year
),
undated as (select party, item, unit, in_high, out_high, in_open, out_open from years where year is null),
ends as (            -- in, least and most; out, least and most; and what has no year, beside what has
    select y.*, if(y.year is null, 0, coalesce(u.in_high, 0)) as late_in, if(y.year is null, 0, coalesce(u.out_high, 0)) as late_out,
           coalesce(u.in_open, false) as late_in_open, coalesce(u.out_open, false) as late_out_open
    from years y left join undated u on u.party = y.party and u.item = y.item and u.unit = y.unit
),
totals as (
    select * replace (sum(in_low) over so_far as in_low, sum(in_high) over so_far + late_in as in_high,
                      sum(out_low) over so_far as out_low, sum(out_high) over so_far + late_out as out_high,
                      bool_or(in_open) over so_far or late_in_open as in_open, bool_or(out_open) over so_far or late_out_open as out_open),
           party in (select party from nobody) as is_nobody
    from ends
    window so_far as (partition by party, item, unit order by year nulls last rows unbounded preceding)
)
select party, item, unit, year,
       held(received_low, party, item) as received_low, held(received_high, party, item) as received_high,
       held(produced_low, party, item) as produced_low, held(produced_high, party, item) as produced_high,
       held(sent_low, party, item) as sent_low, held(sent_high, party, item) as sent_high,
       if(out_open or is_nobody, null, held(in_low - out_high, party, item)) as net_low,
       if(in_open or is_nobody, null, held(in_high - out_low, party, item)) as net_high,
       if(is_nobody, null, held(greatest(0, max(if(in_open, 0, out_low - in_high)) over so_far), party, item)) as required_stock,
       array_to_string(in_order(string_split(ids, ' ')), ' ') as statements
from totals
window so_far as (partition by party, item, unit order by year nulls last rows unbounded preceding)
order by party, item, unit, year nulls last
