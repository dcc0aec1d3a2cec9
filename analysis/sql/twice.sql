-- Flows and possible double counts (`doubled`) → what each party's least must leave out, so that no lot counts twice.
-- No more than went by either route, between one pair or in all; one lot is always left. Where a part of a sum has no
-- upper limit the sum has none, and `least` passes over it.
with pairs as (
    select sender, receiver, item, unit,
           sum(low) filter (part = 'direct') as direct,
           sum(low) filter (part = 'first') as first_low,
           if(bool_and(high is not null) filter (part = 'first'), sum(high) filter (part = 'first'), null) as first_top,
           sum(low) filter (part = 'second') as second_low,
           if(bool_and(high is not null) filter (part = 'second'), sum(high) filter (part = 'second'), null) as second_top
    from parts
    group by sender, receiver, item, unit
),
limits as (
    select receiver as party, item, unit, true as inward, sum(least(direct, second_low, first_top)) as shared from pairs group by all
    union all
    select sender, item, unit, false, sum(least(direct, first_low, second_top)) from pairs group by all
),
reasons as (
    select party, item, unit, inward, flatten(list(string_split(statements, ' '))) as ids
    from (select recipient as party, item, unit, true as inward, statements from doubled
          union all
          select supplier, item, unit, false, statements from doubled)
    group by party, item, unit, inward
)
select party, item, unit, inward,
       least(any_value(shared), sum(low) filter (leg), sum(low) - max(low)) as low, any_value(ids) as ids
from doubtful join limits using (party, item, unit, inward) join reasons using (party, item, unit, inward)
group by party, item, unit, inward
