-- Flows, and who filed (`filings`) → sender's and receiver's figures side by side, over the years whose sums agree.
with sums as (       -- where only the dates differ, the figures to compare are those of all these years
    select supplier, recipient, item, unit, w.first_year,
           counted(sum(exporter_low), supplier, recipient, item, w.first_year) as exporter_sum_low,
           count_of(sum(if(exporter_low is null, null, limit_of(exporter_high))), supplier, recipient, item, w.first_year) as exporter_sum_high,
           counted(sum(importer_low), supplier, recipient, item, w.first_year) as importer_sum_low,
           count_of(sum(if(importer_low is null, null, limit_of(importer_high))), supplier, recipient, item, w.first_year) as importer_sum_high
    from flows f join (
        select distinct supplier, recipient, item, unit, first_year, last_year from flows where agreement = 'timing'
    ) w using (supplier, recipient, item, unit)
    where year between w.first_year and w.last_year
    group by supplier, recipient, item, unit, w.first_year
),
pairs as (
    select supplier, recipient, item, unit, year, f.exporter_low, f.exporter_high, f.importer_low, f.importer_high,
           if(agreement = 'timing', 'timing', sides_of(f.exporter_low, f.exporter_high, f.importer_low, f.importer_high, contradicted)) as agreement,
           first_year, f.last_year, exporter_silent, importer_silent, statements,
           if(agreement = 'timing', s.exporter_sum_low, f.exporter_low) as exporter_sum_low,
           if(agreement = 'timing', s.exporter_sum_high, f.exporter_high) as exporter_sum_high,
           if(agreement = 'timing', s.importer_sum_low, f.importer_low) as importer_sum_low,
           if(agreement = 'timing', s.importer_sum_high, f.importer_high) as importer_sum_high
    from flows f left join sums s using (supplier, recipient, item, unit, first_year)
    where f.exporter_low is not null or f.importer_low is not null or exporter_silent or importer_silent
)
select supplier, recipient, item, unit, year, exporter_low, exporter_high, importer_low, importer_high, agreement, first_year, last_year,
       exporter_sum_low, exporter_sum_high, importer_sum_low, importer_sum_high,
       if(exporter_sum_low is not null, importer_sum_low - exporter_sum_high, null) as gap_low,
       if(importer_sum_low is not null, importer_sum_high - exporter_sum_low, null) as gap_high,
       if(exporter_sum_low = exporter_sum_high and importer_sum_low = importer_sum_high and exporter_sum_low > 0 and importer_sum_low > 0,
          ln(importer_sum_low / exporter_sum_low), null) as log_ratio,
       case when agreement in ('timing', 'agree', 'differ') then 'both'
            when exporter_low is null and not exporter_silent then 'importer'
            when importer_low is null and not importer_silent then 'exporter'
            else 'both' end as listed,
       case when agreement in ('timing', 'agree', 'differ') then ''
            when exporter_low is null and not exporter_silent then coalesce(e.silence, 'not known to have filed')
            when importer_low is null and not importer_silent then coalesce(i.silence, 'not known to have filed')
            else 'listed without a count' end as silence,
       statements
from pairs
    left join (select party as supplier, year, if(filed = 'yes', 'filed and did not list', 'did not file') as silence from filings) e using (supplier, year)
    left join (select party as recipient, year, if(filed = 'yes', 'filed and did not list', 'did not file') as silence from filings) i using (recipient, year)
order by supplier, recipient, item, unit, year nulls first
