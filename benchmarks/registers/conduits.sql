-- Flows with a year → who received and sent on the same item within $within years. Parameters: $within, $threshold.
-- A receipt counts where something went on to another than who had sent it; a sending, where something had come from
-- another than who got it. Whether there was another is told from the first and the last name in the window.
with legs as (
    select recipient as party, item, unit, year, true as inward, supplier as other, low, best, high
    from flows where year is not null and coalesce(high, 1) > 0
    union all
    select supplier, item, unit, year, false, recipient, low, best, high
    from flows where year is not null and coalesce(high, 1) > 0
),
years as (
    select party, item, unit, year, inward, min(other) as first, max(other) as last
    from legs
    group by party, item, unit, year, inward
),
facing as (
    select party, item, unit, year, inward,
           if(inward, min(first) filter (not inward) over after, min(first) filter (inward) over before) as first,
           if(inward, max(last) filter (not inward) over after, max(last) filter (inward) over before) as last
    from years
    window after as (partition by party, item, unit order by year range between current row and $within following),
           before as (partition by party, item, unit order by year range between $within preceding and current row)
),
counted as (
    select legs.* from legs join facing using (party, item, unit, year, inward) where first <> other or last <> other
),
sides as (
    select party, item, unit, inward, sum(low) as low,
           if(count(best) = count(*), sum(best), null) as best, if(count(high) = count(*), sum(high), null) as high
    from counted
    group by party, item, unit, inward
)
select party, item, unit, r.low as received_low, r.best as received_best, r.high as received_high,
       s.low as sent_low, s.best as sent_best, s.high as sent_high, s.best / nullif(r.best, 0) as share,
       if(r.best + s.best > 0, least(r.best, s.best) / greatest(r.best, s.best), null) as exactness
from sides r join sides s using (party, item, unit)
where r.inward and not s.inward
    and least(coalesce(r.best, r.high, 'infinity'::double), coalesce(s.best, s.high, 'infinity'::double)) >= $threshold
