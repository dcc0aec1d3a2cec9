-- Flows → chains of up to $most_legs movements, each of its year or up to $within_years after the one before, that no
-- longer one of these contains; movements of less than $least are left out. Runs after routes.sql.
-- `first` and `last` bound the year of the last leg, given all before it.
with recursive near as (select * from ahead($most_legs, $least)),
usable as (
    select m.*, coalesce(s.hops = 0, false) as from_wanted, n.hops
    from moved m
    left join near s on s.item = m.item and s.unit = m.unit and s.party = m.supplier
    left join near n on n.item = m.item and n.unit = m.unit and n.party = m.recipient
    where coalesce(high >= greatest($least, 1), true)
),
runs as (
    select item, unit, recipient as party, first, last, [supplier, recipient] as parties, [leg] as legs,
           from_wanted or coalesce(hops = 0, false) as met
    from usable
    where from_wanted or 1 + hops <= $most_legs
    union all
    select u.item, u.unit, u.recipient, greatest(u.first, r.first), least(u.last, r.last + $within_years),
           list_append(r.parties, u.recipient), list_append(r.legs, u.leg), r.met or coalesce(u.hops = 0, false)
    from runs r
    join usable u on u.item = r.item and u.unit = r.unit and u.supplier = r.party
        and u.first <= r.last + $within_years and u.last >= r.first
    where len(r.legs) < $most_legs and not list_contains(r.parties, u.recipient)
        and (r.met or len(r.legs) + 1 + u.hops <= $most_legs)
),
whole as (
    select * from runs r
    where met and len(legs) > 1
        and not exists (select 1 from runs l where l.met and l.legs[2:] = r.legs)
        and not exists (select 1 from runs l where l.met and l.legs[:-2] = r.legs)
),
used as (            -- each movement once per chain and place in it, whatever the years it is combined in
    select distinct array_to_string(parties, ' > ') as chain, item, unit, len(legs) as legs,
           unnest(range(1, len(legs) + 1)) as place, unnest(legs) as leg
    from whole
),
places as (          -- a limit holds for a sum only where every part has one
    select chain, u.item, u.unit, legs, place, sum(low) as low, if(count(high) = count(*), sum(high), null) as high,
           min(first_year) as first_year, max(last_year) as last_year, string_agg(statements, ' ') as ids
    from used u join moved m on m.leg = u.leg
    group by chain, u.item, u.unit, legs, place
)
select chain, string_split(chain, ' > ')[1] as origin, string_split(chain, ' > ')[-1] as end_user, legs, item, unit,
       any_value(first_year) filter (place = 1) as first_year, any_value(last_year) filter (place = legs) as last_year,
       held(if(count(low) = count(*), min(low), 0), chain, item) as low, held(min(high), chain, item) as high,
       array_to_string(in_order(string_split(string_agg(ids, ' '), ' ')), ' ') as statements
from places
group by chain, legs, item, unit
order by item, unit, chain
