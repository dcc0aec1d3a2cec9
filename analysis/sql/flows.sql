-- Lots → one flow per (supplier, recipient, item, unit, year), each side's count beside it. Parameters: $prefer, $lag_years.
-- An interval without a known upper limit has `top` = no_limit(); a side without a known count has no `low`. Sums are hugeints.
with several as (    -- can one side have several reports of a movement: several sources, or several third parties?
    select count(distinct source_id) > 1 or count(distinct reporter) filter (role = 'third') > 1 as reports from lots
),
reports as (         -- lots in one report add up; one undisclosed lot leaves the sum without an upper limit
    select role, supplier, recipient, item, unit, year, flatten(list(ids)) as ids,
           sum(low) as low, if(count(low) > 0, sum(limit_of(high)), null) as top, middle(sum(low), sum(limit_of(high))) as best
    from lots
    where (select reports from several)
    group by source_id, role, reporter, supplier, recipient, item, unit, year
),
views as (           -- all reports by one side: what they have in common, else everything they span
    select role, supplier, recipient, item, unit, year, flatten(list(ids)) as ids,
           max(low) > min(top) as torn, bool_or(low is null) as silent,
           if(max(low) > min(top), min(low), max(low)) as low, if(max(low) > min(top), max(top), min(top)) as top,
           count(best) < count(low) as open, min(best) as smaller, max(best) as larger, avg(best) as mean
    from reports
    group by role, supplier, recipient, item, unit, year
),
sums as (            -- the sides next to each other, in one pass, where each has one report at most
    select supplier, recipient, item, unit, year, flatten(list(ids)) as ids,
           sum(low) filter (role = 'exporter') as exporter_low, sum(limit_of(high)) filter (role = 'exporter') as exporter_top,
           sum(low) filter (role = 'importer') as importer_low, sum(limit_of(high)) filter (role = 'importer') as importer_top,
           sum(low) filter (role = 'third') as third_low, sum(limit_of(high)) filter (role = 'third') as third_top
    from lots
    where not (select reports from several)
    group by supplier, recipient, item, unit, year
),
sides as (
    select supplier, recipient, item, unit, year, ids,
           exporter_low, if(exporter_low is null, null, exporter_top) as exporter_top,
           importer_low, if(importer_low is null, null, importer_top) as importer_top,
           third_low, if(third_low is null, null, third_top) as third_top,
           exporter_low is null and exporter_top is not null as exporter_silent, importer_low is null and importer_top is not null as importer_silent,
           false as exporter_torn, false as importer_torn, false as torn,
           null as open, null as smaller, null as larger, null as mean
    from sums
    union all
    select supplier, recipient, item, unit, year, flatten(list(ids)),
           any_value(low) filter (role = 'exporter'), any_value(top) filter (role = 'exporter'),
           any_value(low) filter (role = 'importer'), any_value(top) filter (role = 'importer'),
           any_value(low) filter (role = 'third'), any_value(top) filter (role = 'third'),
           coalesce(bool_or(silent) filter (role = 'exporter'), false), coalesce(bool_or(silent) filter (role = 'importer'), false),
           coalesce(bool_or(torn) filter (role = 'exporter'), false), coalesce(bool_or(torn) filter (role = 'importer'), false), bool_or(torn),
           bool_or(open), min(smaller), max(larger), avg(mean)
    from views
    group by supplier, recipient, item, unit, year
),
pairs as (           -- only between these can dates have moved: both report, in several years, and not all of it agrees
    select supplier, recipient, item, unit
    from sides
    where $lag_years > 0 and year is not null
    group by supplier, recipient, item, unit
    having count(*) > 1 and count(exporter_low) > 0 and count(importer_low) > 0
        and not bool_and(settled(exporter_low, exporter_top, exporter_torn, importer_low, importer_top, importer_torn))
),
series as (
    select * from sides semi join pairs using (supplier, recipient, item, unit) where year is not null
),
windows as (         -- runs of lag_years + 1 years over which sender's and receiver's sums agree
    select supplier, recipient, item, unit, start, start + $lag_years as stop
    from (select *, unnest(range(year - $lag_years, year + 1)) as start from series)
    group by supplier, recipient, item, unit, start
    having count(exporter_low) > 0 and count(importer_low) > 0
        and not bool_or(exporter_silent) and not bool_or(importer_silent)
        and overlap(sum(exporter_low), sum(exporter_top), sum(importer_low), sum(importer_top))
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
    select supplier, recipient, item, unit, min(year) as first_year, max(year) as last_year
    from series join (
        select supplier, recipient, item, unit, min(start) as start, max(stop) as stop
        from numbered group by supplier, recipient, item, unit, island
    ) using (supplier, recipient, item, unit)
    where year between start and stop
    group by supplier, recipient, item, unit, start
    having min(year) < max(year) and overlap(sum(exporter_low), sum(exporter_top), sum(importer_low), sum(importer_top))
),
moved as (           -- a third report that fits neither side keeps its movement out
    select supplier, recipient, item, unit, year, first_year, last_year
    from series join islands using (supplier, recipient, item, unit)
    where year between first_year and last_year
        and not settled(exporter_low, exporter_top, exporter_torn, importer_low, importer_top, importer_torn)
        and coalesce(exporter_low, importer_low) is not null
        and coalesce(third_low <= coalesce(greatest(exporter_top, importer_top), 0)
                     and third_top >= coalesce(least(exporter_low, importer_low), 0), true)
),
judged as (
    select *,
           case when coalesce(exporter_low, importer_low, third_low) is null then 'undisclosed'
                when first_year is not null then 'timing'
                when torn then 'differ'
                when (exporter_low is null)::int + (importer_low is null)::int + (third_low is null)::int < 2
                     then if(greatest(exporter_low, importer_low, third_low) <= least(exporter_top, importer_top, third_top), 'agree', 'differ')
                when exporter_low is not null then 'exporter only'
                when importer_low is not null then 'importer only'
                else 'third only' end as agreement
    from sides left join moved using (supplier, recipient, item, unit, year)
),
bounded as (         -- in `timing` each year counts as the preferred side dates it, so that the window's sum holds
    select *,
           case agreement when 'timing' then if($prefer = 'importer', coalesce(importer_low, 0), coalesce(exporter_low, 0))
                          when 'differ' then least(exporter_low, importer_low, third_low)
                          else greatest(exporter_low, importer_low, third_low) end as low,
           case agreement when 'timing' then if($prefer = 'importer', coalesce(importer_top, 0), coalesce(exporter_top, 0))
                          when 'differ' then greatest(exporter_top, importer_top, third_top)
                          else least(exporter_top, importer_top, third_top) end as top,
           coalesce(open, (exporter_low is not null and middle(exporter_low, exporter_top) is null)
                          or (importer_low is not null and middle(importer_low, importer_top) is null)
                          or (third_low is not null and middle(third_low, third_top) is null)) as undecided,
           case $prefer when 'exporter' then if(exporter_torn, null, middle(exporter_low, exporter_top))
                        when 'importer' then if(importer_torn, null, middle(importer_low, importer_top))
                        when 'smaller' then if(undecided, null, coalesce(smaller, least(middle(exporter_low, exporter_top), middle(importer_low, importer_top), middle(third_low, third_top))))
                        when 'mean' then if(undecided, null, coalesce(mean, list_avg([middle(exporter_low, exporter_top), middle(importer_low, importer_top), middle(third_low, third_top)])))
                        else if(undecided, null, coalesce(larger, greatest(middle(exporter_low, exporter_top), middle(importer_low, importer_top), middle(third_low, third_top)))) end as preferred
    from judged
)
select supplier, recipient, item, unit, year,
       counted(low, supplier, recipient, item, year) as low, if(agreement = 'differ', preferred, middle(low, top)) as best,
       count_of(top, supplier, recipient, item, year) as high,
       counted(exporter_low, supplier, recipient, item, year) as exporter_low, count_of(exporter_top, supplier, recipient, item, year) as exporter_high,
       counted(importer_low, supplier, recipient, item, year) as importer_low, count_of(importer_top, supplier, recipient, item, year) as importer_high,
       counted(third_low, supplier, recipient, item, year) as third_low, count_of(third_top, supplier, recipient, item, year) as third_high,
       agreement,
       case agreement when 'undisclosed' then 'none'
                      when 'agree' then 'intersection'
                      when 'timing' then if($prefer = 'importer', 'timing: importer', 'timing: exporter')
                      when 'differ' then if(preferred is not null, $prefer,
                                            if(undecided, 'none: a side is open', 'none: ' || $prefer || ' gives no single figure'))
                      else split_part(agreement, ' ', 1) end as rule,
       coalesce(first_year, year) as first_year, coalesce(last_year, year) as last_year, exporter_silent, importer_silent, exporter_torn or importer_torn as contradicted,
       array_to_string(in_order(ids), ' ') as statements
from bounded
order by supplier, recipient, item, unit, year nulls first
