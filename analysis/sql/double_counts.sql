-- Flows → possible double counts: A → R, and A → B → R, of the same item and with counts that overlap. Parameter: $lag_years.
-- A flow without a known count cannot overlap; one without a year may be of any year.
with known as (
    select *, limit_of(high) as top
    from flows
    where low is not null
),
routes as (          -- every direct movement with every pair of legs that fits it
    select direct.supplier, first.recipient as via, direct.recipient, direct.item, direct.unit, direct.year,
           greatest(direct.low, first.low, second.low) as low,
           least(direct.top, first.top, second.top) as top,
           string_split(direct.statements, ' ') as direct_ids,
           string_split(first.statements || ' ' || second.statements, ' ') as detour_ids
    from known direct
    join known first on (first.supplier, first.item, first.unit) = (direct.supplier, direct.item, direct.unit)
        and first.recipient <> direct.recipient
    join known second on (second.recipient, second.item, second.unit) = (direct.recipient, direct.item, direct.unit)
        and second.supplier = first.recipient
    where coalesce(abs(direct.year - first.year) <= $lag_years, true)
        and coalesce(abs(direct.year - second.year) <= $lag_years, true)
        and coalesce(abs(first.year - second.year) <= $lag_years, true)
        and greatest(direct.low, first.low, second.low) <= least(direct.top, first.top, second.top)
        and least(direct.top, first.top, second.top) > 0
)
select supplier, via, recipient, item, unit, year,
       min(low)::bigint as low,
       if(max(top) < no_limit(), max(top)::bigint, null) as high,
       array_to_string(in_order(flatten(list(direct_ids))), ' ') as direct_statements,
       array_to_string(in_order(flatten(list(detour_ids))), ' ') as detour_statements,
       array_to_string(in_order(flatten(list(direct_ids || detour_ids))), ' ') as statements
from routes
group by supplier, via, recipient, item, unit, year
order by supplier, via, recipient, item, unit, year nulls first
