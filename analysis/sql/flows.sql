-- Statements about one (supplier, recipient, item, unit, year) → one flow. Parameters: $prefer, $lag_years.
-- An interval without a known upper limit has `top` = infinity; a statement without a known count has no `low`.
with lots as (       -- the same lot listed twice at one place of one source, in the same words, counts once
    select source_id, locator, role, reporter, supplier, recipient, item, unit, year, low, high, quantity_as_printed,
           list(statement_id) as ids
    from transfers
    group by all
),
reports as (         -- lots in one report add up; one undisclosed lot leaves the sum without an upper limit
    select source_id, role, reporter, supplier, recipient, item, unit, year,
           sum(low)::double as low,
           case when count(high) = count(*) then sum(high)::double else 'infinity'::double end as top,
           flatten(list(ids)) as ids
    from lots
    group by source_id, role, reporter, supplier, recipient, item, unit, year
),
weighed as (         -- the best single figure of one report: a point, or the middle of two limits
    select *, case when low = top then low when low > 0 and top < 'infinity' then (low + top) / 2 end as best
    from reports
),
views as (           -- all reports by one side: what they have in common, else everything they span
    select role, supplier, recipient, item, unit, year,
           max(low) > min(top) as conflict,
           count(best) < count(*) as open,
           case when max(low) > min(top) then min(low) else max(low) end as low,
           case when max(low) > min(top) then max(top) else min(top) end as top,
           case when max(low) > min(top) then null
                when max(low) = min(top) then max(low)
                when max(low) > 0 and min(top) < 'infinity' then (max(low) + min(top)) / 2 end as best,
           min(best) as smaller, max(best) as larger, avg(best) as mean
    from weighed
    where low is not null
    group by role, supplier, recipient, item, unit, year
),
sides as (           -- the sides next to each other
    select r.supplier, r.recipient, r.item, r.unit, r.year, r.ids,
           r.silent_exporter, r.silent_importer,
           e.low as exporter_low, e.top as exporter_top, e.best as exporter_best,
           i.low as importer_low, i.top as importer_top, i.best as importer_best,
           t.low as third_low, t.top as third_top,
           least(e.smaller, i.smaller, t.smaller) as smaller,
           greatest(e.larger, i.larger, t.larger) as larger,
           list_avg([e.mean, i.mean, t.mean]) as mean,
           (e.low is not null)::int + (i.low is not null)::int + (t.low is not null)::int as known,
           greatest(e.low, i.low, t.low) as low_in, least(e.top, i.top, t.top) as top_in,
           least(e.low, i.low, t.low) as low_out, greatest(e.top, i.top, t.top) as top_out,
           coalesce(e.conflict, false) or coalesce(i.conflict, false) or coalesce(t.conflict, false) as conflict,
           coalesce(e.open, false) or coalesce(i.open, false) or coalesce(t.open, false) as open,
           coalesce(e.low <= i.top and i.low <= e.top and not e.conflict and not i.conflict, false) as settled
    from (
        select supplier, recipient, item, unit, year,
               in_order(flatten(list(ids))) as ids,
               coalesce(bool_or(low is null) filter (role = 'exporter'), false) as silent_exporter,
               coalesce(bool_or(low is null) filter (role = 'importer'), false) as silent_importer
        from reports
        group by supplier, recipient, item, unit, year
    ) r
    left join views e on e.role = 'exporter' and (e.supplier, e.recipient, e.item, e.unit) = (r.supplier, r.recipient, r.item, r.unit) and e.year is not distinct from r.year
    left join views i on i.role = 'importer' and (i.supplier, i.recipient, i.item, i.unit) = (r.supplier, r.recipient, r.item, r.unit) and i.year is not distinct from r.year
    left join views t on t.role = 'third' and (t.supplier, t.recipient, t.item, t.unit) = (r.supplier, r.recipient, r.item, r.unit) and t.year is not distinct from r.year
),
windows as (         -- runs of lag_years + 1 years over which sender's and receiver's sums agree
    select w.supplier, w.recipient, w.item, w.unit, w.start, w.start + $lag_years as stop
    from (select distinct supplier, recipient, item, unit, year - lag as start
          from sides, range(0, $lag_years + 1) lags(lag)
          where year is not null) w
    join sides s on (s.supplier, s.recipient, s.item, s.unit) = (w.supplier, w.recipient, w.item, w.unit)
        and s.year between w.start and w.start + $lag_years
    group by w.supplier, w.recipient, w.item, w.unit, w.start
    having count(s.exporter_low) > 0 and count(s.importer_low) > 0
        and not bool_or(s.silent_exporter) and not bool_or(s.silent_importer)
        and sum(s.exporter_low) <= sum(s.importer_top) and sum(s.importer_low) <= sum(s.exporter_top)
),
marked as (
    select *, start > max(stop) over (partition by supplier, recipient, item, unit order by start
                                      rows between unbounded preceding and 1 preceding) as apart
    from windows
),
numbered as (
    select *, sum(coalesce(apart, true)::int) over (partition by supplier, recipient, item, unit order by start) as island
    from marked
),
islands as (         -- windows that overlap must agree as a whole: one lot cannot vouch for two
    select n.supplier, n.recipient, n.item, n.unit, n.start, n.stop
    from (select supplier, recipient, item, unit, island, min(start) as start, max(stop) as stop
          from numbered group by supplier, recipient, item, unit, island) n
    join sides s on (s.supplier, s.recipient, s.item, s.unit) = (n.supplier, n.recipient, n.item, n.unit)
        and s.year between n.start and n.stop
    group by n.supplier, n.recipient, n.item, n.unit, n.start, n.stop
    having sum(s.exporter_low) <= sum(s.importer_top) and sum(s.importer_low) <= sum(s.exporter_top)
),
judged as (
    select s.*,
        case
            when s.known = 0 then 'undisclosed'
            when $lag_years > 0 and not s.settled and coalesce(s.exporter_low, s.importer_low) is not null
                 and not (s.third_low is not null and s.third_low > coalesce(greatest(s.exporter_top, s.importer_top), 0))
                 and not (s.third_low is not null and s.third_top < coalesce(least(s.exporter_low, s.importer_low), 0))
                 and exists (
                from islands w
                where (w.supplier, w.recipient, w.item, w.unit) = (s.supplier, s.recipient, s.item, s.unit)
                  and s.year between w.start and w.stop) then 'timing'
            when s.known > 1 and not s.conflict and s.low_in <= s.top_in then 'agree'
            when s.known > 1 or s.conflict then 'differ'
            when s.exporter_low is not null then 'exporter only'
            when s.importer_low is not null then 'importer only'
            else 'third only'
        end as agreement
    from sides s
),
bounded as (         -- in `timing` each year counts as the preferred side dates it, so that the window's sum holds
    select *,
        case agreement when 'timing' then if($prefer = 'importer', coalesce(importer_low, 0), coalesce(exporter_low, 0))
                       when 'differ' then low_out else low_in end as low,
        case agreement when 'timing' then if($prefer = 'importer', coalesce(importer_top, 0), coalesce(exporter_top, 0))
                       when 'differ' then top_out else top_in end as top,
        case $prefer when 'exporter' then exporter_best when 'importer' then importer_best
                     when 'smaller' then if(open, null, smaller) when 'mean' then if(open, null, mean)
                     else if(open, null, larger) end as preferred
    from judged
)
select supplier, recipient, item, unit, year,
       low::bigint as low,
       case when agreement = 'differ' then coalesce(preferred, if(open, null, larger))
            when low = top then low
            when low > 0 and top < 'infinity' then (low + top) / 2 end as best,
       if(top < 'infinity', top, null)::bigint as high,
       exporter_low::bigint as exporter_low, if(exporter_top < 'infinity', exporter_top, null)::bigint as exporter_high,
       importer_low::bigint as importer_low, if(importer_top < 'infinity', importer_top, null)::bigint as importer_high,
       third_low::bigint as third_low, if(third_top < 'infinity', third_top, null)::bigint as third_high,
       agreement,
       case agreement when 'undisclosed' then 'none'
                      when 'agree' then 'intersection'
                      when 'timing' then if($prefer = 'importer', 'timing: importer', 'timing: exporter')
                      when 'differ' then if(preferred is not null, $prefer,
                                            if(open, 'none: a side is open', 'larger: ' || $prefer || ' undecided'))
                      else split_part(agreement, ' ', 1) end as rule,
       array_to_string(ids, ' ') as statements
from bounded
order by supplier, recipient, item, unit, year nulls first
