-- Flows → per party and item: received, sent on, and what is left over. An empty count means "none recorded", never 0.
with legs as (
    select recipient as party, item, unit, year, true as inward, low, best, high, statements from flows
    union all
    select supplier, item, unit, year, false, low, best, high, statements from flows
),
sums as (            -- a limit or a best figure holds for a sum only where every part has one
    select party, item, unit,
           count(*) filter (inward) > 0 as has_in, count(*) filter (not inward) > 0 as has_out,
           sum(low) filter (inward) as received_low,
           if(count(best) filter (inward) = count(*) filter (inward), sum(best) filter (inward), null) as received_best,
           if(count(high) filter (inward) = count(*) filter (inward), sum(high) filter (inward), null) as received_high,
           sum(low) filter (not inward) as sent_low,
           if(count(best) filter (not inward) = count(*) filter (not inward), sum(best) filter (not inward), null) as sent_best,
           if(count(high) filter (not inward) = count(*) filter (not inward), sum(high) filter (not inward), null) as sent_high,
           array_to_string(in_order(flatten(list(string_split(statements, ' ')) filter (inward))), ' ') as received_statements,
           array_to_string(in_order(flatten(list(string_split(statements, ' ')) filter (not inward))), ' ') as sent_statements,
           array_to_string(in_order(flatten(list(string_split(statements, ' ')))), ' ') as statements
    from legs
    group by party, item, unit
),
steps as (           -- undated arrivals may have come first, undated departures left last: the least stock that is needed
    select party, item, unit,
           if(inward, coalesce(year, '-infinity'::double), coalesce(year, 'infinity'::double)) as moment,
           coalesce(sum(low) filter (not inward), 0) as sent,
           coalesce(sum(coalesce(high::double, 'infinity'::double)) filter (inward), 0) as received
    from legs
    group by party, item, unit, moment
),
running as (
    select party, item, unit,
           sum(sent) over years as sent, sum(received) over years as received
    from steps
    window years as (partition by party, item, unit order by moment)
),
stock as (
    select party, item, unit, greatest(0, max(if(received = 'infinity', 0, sent - received)))::bigint as required_stock
    from running
    group by party, item, unit
),
differences as (     -- an undisclosed count bounds nothing from above, and is at least nought
    select s.*,
           case when has_in and has_out then coalesce(received_low, 0) - sent_high when has_in then received_low end as unaccounted_low,
           case when has_in and has_out then received_best - sent_best when has_in then received_best end as unaccounted_best,
           case when has_in and has_out then received_high - coalesce(sent_low, 0) when has_in then received_high end as unaccounted_high
    from sums s
)
select party, item, unit,
       received_low::bigint as received_low, received_best, received_high::bigint as received_high,
       sent_low::bigint as sent_low, sent_best, sent_high::bigint as sent_high,
       unaccounted_low::bigint as unaccounted_low, unaccounted_best, unaccounted_high::bigint as unaccounted_high,
       sent_best / nullif(received_best, 0) as share_sent_on,
       coalesce(required_stock, 0) as required_stock,
       case when not has_in then 'no inward record'
            when not has_out then 'no onward record'
            when unaccounted_low > 0 then 'unaccounted'
            when unaccounted_high < 0 then 'sent more than received'
            when unaccounted_low = 0 and unaccounted_high = 0 then 'balanced'
            else 'undetermined' end as status,
       received_statements, sent_statements,
       statements
from differences left join stock using (party, item, unit)
order by party, item, unit
