-- Flows → possible double counts: A → R, and A → B → R, of the same item and with counts that overlap. Parameter: $lag_years.
-- A flow without a known count cannot overlap; one without a year may be of any year. `nobody` lists codes that are no
-- single party: no lot is followed by way of them. `least` passes over counts that have no upper limit.
with known as (
    select * from flows where low is not null
),
routes as (          -- every direct movement with every pair of legs that fits it
    select direct.supplier, first.recipient as via, direct.recipient, direct.item, direct.unit, direct.year,
           greatest(direct.low, first.low, second.low) as low,
           least(direct.high, first.high, second.high) as high,
           string_split(direct.statements, ' ') as direct_ids,
           string_split(first.statements || ' ' || second.statements, ' ') as detour_ids
    from known direct
    join known first on (first.supplier, first.item, first.unit) = (direct.supplier, direct.item, direct.unit)
        and first.recipient <> direct.recipient
    join known second on (second.recipient, second.item, second.unit) = (direct.recipient, direct.item, direct.unit)
        and second.supplier = first.recipient
    where first.recipient not in (select party from nobody)
        and coalesce(abs(direct.year - first.year) <= $lag_years, true)
        and coalesce(abs(direct.year - second.year) <= $lag_years, true)
        and coalesce(abs(first.year - second.year) <= $lag_years, true)
        and coalesce(greatest(direct.low, first.low, second.low) <= least(direct.high, first.high, second.high), true)
        and coalesce(least(direct.high, first.high, second.high) > 0, true)
)
select supplier, via, recipient, item, unit, year,
       min(low) as low, if(count(high) = count(*), max(high), null) as high,
       array_to_string(in_order(flatten(list(direct_ids))), ' ') as direct_statements,
       array_to_string(in_order(flatten(list(detour_ids))), ' ') as detour_statements,
       array_to_string(in_order(flatten(list(direct_ids || detour_ids))), ' ') as statements
from routes
group by supplier, via, recipient, item, unit, year
order by supplier, via, recipient, item, unit, year nulls first
