-- Flows → per party and item: received, sent on, and what is left over. An empty count means "none recorded", never 0.
-- Where a lot may have been counted twice (twice.sql), the least leaves it out once and no single figure is best.
-- What is left over is told only where both sides are recorded. `nobody` lists codes that are no single party: what
-- came to one of these is not what went out from it, so that their rows hold the sums alone.
with legs as (
    select recipient as party, item, unit, supplier as other, year, true as inward, low, best, high, statements from flows
    union all
    select supplier, item, unit, recipient, year, false, low, best, high, statements from flows
),
counts as (          -- a limit or a best figure holds for a sum only where every part has one; beyond 2^53 a double tells no count
    select party, item, unit, inward,
           sum(l.low) - coalesce(any_value(t.low), 0) as low,
           if(count(best) = count(*) and count(t.ids) = 0 and sum(best) <= 9007199254740992, sum(best), null) as best,
           if(count(high) = count(*), sum(high), null) as high,
           flatten(list(string_split(statements, ' '))) || coalesce(any_value(t.ids), []) as ids
    from legs l left join twice t using (party, item, unit, inward)
    group by party, item, unit, inward
),
sums as (
    select party, item, unit,
           count(*) filter (inward) > 0 as has_in, count(*) filter (not inward) > 0 as has_out,
           any_value(low) filter (inward) as received_low,
           any_value(best) filter (inward) as received_best,
           any_value(high) filter (inward) as received_high,
           any_value(low) filter (not inward) as sent_low,
           any_value(best) filter (not inward) as sent_best,
           any_value(high) filter (not inward) as sent_high,
           array_to_string(in_order(flatten(list(ids) filter (inward))), ' ') as received_statements,
           array_to_string(in_order(flatten(list(ids) filter (not inward))), ' ') as sent_statements,
           array_to_string(in_order(flatten(list(ids))), ' ') as statements
    from counts
    group by party, item, unit
),
steps as (           -- undated arrivals may have come first, undated departures left last: the least stock that is needed to send
    select l.party, l.item, l.unit,
           coalesce(l.year, if(l.inward, '-infinity', 'infinity')::double) as moment,
           sum(l.low) filter (not l.inward) as sent,
           coalesce(sum(d.low) filter (not l.inward), 0) as doubtful,
           coalesce(sum(l.high) filter (l.inward), 0) as received, bool_or(l.inward and l.high is null) as open
    from legs l semi join flows f on (f.supplier, f.item, f.unit) = (l.party, l.item, l.unit) left join doubtful d
        on (d.party, d.item, d.unit, d.inward, d.other) = (l.party, l.item, l.unit, l.inward, l.other) and d.year is not distinct from l.year
    where l.party not in (select party from nobody)
    group by l.party, l.item, l.unit, moment
),
running as (
    select party, item, unit,
           sum(sent) over years as sent, sum(doubtful) over years as doubtful, sum(received) over years as received,
           bool_or(open) over years as open
    from steps
    window years as (partition by party, item, unit order by moment)
),
stock as (           -- a lot that may be one with a later one need not have left before it; of an open count any number may have come
    select party, item, unit,
           greatest(0, max(if(open, 0, sent - least(doubtful, t.low) - received))) as required_stock
    from running left join (select * from twice where not inward) t using (party, item, unit)
    group by party, item, unit
),
judged as (
    select s.*, n.party is not null as is_nobody, has_in and has_out and n.party is null as is_hub
    from sums s left join nobody n on n.party = s.party
),
differences as (     -- of an undisclosed count nothing is known but that it is not negative
    select *, if(is_hub and not is_licensed(unit), received_low - sent_high, null) as unaccounted_low,
           if(is_hub and not is_licensed(unit), received_best - sent_best, null) as unaccounted_best,
           if(is_hub and not is_licensed(unit), received_high - coalesce(sent_low, 0), null) as unaccounted_high
    from judged
)
select party, item, unit,
       held(received_low, party, item) as received_low, received_best, held(received_high, party, item) as received_high,
       held(sent_low, party, item) as sent_low, sent_best, held(sent_high, party, item) as sent_high,
       held(unaccounted_low, party, item) as unaccounted_low, unaccounted_best,
       held(unaccounted_high, party, item) as unaccounted_high,
       if(is_hub, sent_best / nullif(received_best, 0), null) as share_sent_on,
       if(is_nobody or is_licensed(unit), null, held(coalesce(required_stock, 0), party, item)) as required_stock,
       case when is_nobody then 'not one party'
            when not has_in then 'no inward record'
            when not has_out then 'no onward record'
            when is_licensed(unit) then 'licences'
            when unaccounted_low > 0 then 'unaccounted'
            when unaccounted_high < 0 then 'sent more than received'
            when unaccounted_low = 0 and unaccounted_high = 0 then 'balanced'
            else 'undetermined' end as status,
       received_statements, sent_statements,
       statements
from differences left join stock using (party, item, unit)
order by party, item, unit
