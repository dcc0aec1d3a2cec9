-- Flows and production (stated.sql) → per party, item, unit and year: what came, was made and went, and the net so far.
-- An empty count means "none recorded", or not disclosed. What has no year is the last row: until then it widens `net`,
-- for arrivals may have come first, and departures left at any time; they left last for the least stock that is needed.
with legs as (       -- a sum with a part that has no upper limit has none: in between, that is no_limit()
    select recipient as party, item, unit, year, 1 as way, low, limit_of(high) as high, statements from flows
    union all
    select supplier, item, unit, year, 3, low, limit_of(high), statements from flows
    union all
    select party, item, unit, year, 2, low, limit_of(high), ids from stated where kind = 'production'
),
years as materialized (
    select party, item, unit, year,
           sum(low) filter (way = 1) as received_low, sum(high) filter (way = 1) as received_high,
           sum(low) filter (way = 2) as produced_low, sum(high) filter (way = 2) as produced_high,
           sum(low) filter (way = 3) as sent_low, sum(high) filter (way = 3) as sent_high,
           string_agg(statements, ' ') as ids
    from legs
    group by party, item, unit, year
),
undated as (
    select party, item, unit, coalesce(received_high, 0) + coalesce(produced_high, 0) as late_in, coalesce(sent_high, 0) as late_out
    from years where year is null
),
ends as (            -- in, least and most; out, least and most; and what has no year, beside what has
    select y.*, coalesce(received_low, 0) + coalesce(produced_low, 0) as in_low,
           coalesce(received_high, 0) + coalesce(produced_high, 0) as in_high,
           coalesce(sent_low, 0) as out_low, coalesce(sent_high, 0) as out_high,
           if(year is null, 0, coalesce(late_in, 0)) as late_in, if(year is null, 0, coalesce(late_out, 0)) as late_out
    from years y left join undated u on u.party = y.party and u.item = y.item and u.unit = y.unit
),
totals as (
    select * replace (sum(in_low) over so_far as in_low, sum(in_high) over so_far + late_in as in_high,
                      sum(out_low) over so_far as out_low, sum(out_high) over so_far + late_out as out_high)
    from ends
    window so_far as (partition by party, item, unit order by year nulls last rows unbounded preceding)
)
select party, item, unit, year,
       received_low::bigint as received_low, if(received_high >= no_limit(), null, received_high)::bigint as received_high,
       produced_low::bigint as produced_low, if(produced_high >= no_limit(), null, produced_high)::bigint as produced_high,
       sent_low::bigint as sent_low, if(sent_high >= no_limit(), null, sent_high)::bigint as sent_high,
       if(out_high >= no_limit(), null, in_low - out_high)::bigint as net_low,
       if(in_high >= no_limit(), null, in_high - out_low)::bigint as net_high,
       greatest(0, max(out_low - in_high) over so_far)::bigint as required_stock,
       array_to_string(in_order(string_split(ids, ' ')), ' ') as statements
from totals
window so_far as (partition by party, item, unit order by year nulls last rows unbounded preceding)
order by party, item, unit, year nulls last
