-- Stocks → `stated`: one count per party, item, unit, year and kind. Lots of one source add up, one listed twice at one
-- place counts once; sources that overlap agree on what they share, others leave all that lies between them open.
create temp table stated as
    with lots as (
        select kind, party, item, unit, year, source_id, locator, any_value(low) as low, any_value(high) as high,
               string_agg(statement_id, ' ') as ids
        from stocks
        group by kind, party, item, unit, year, source_id, locator, low, high
    ),
    sources as (
        select kind, party, item, unit, year, source_id, sum(low) as low, if(count(high) = count(*), sum(high), null) as high,
               string_agg(ids, ' ') as ids
        from lots
        group by kind, party, item, unit, year, source_id
    )
    select kind, party, item, unit, year,
           if(max(low) <= coalesce(min(high), no_limit()), max(low), if(count(low) = count(*), min(low), null))::bigint as low,
           if(coalesce(max(low), 0) <= coalesce(min(high), no_limit()), min(high), max(high))::bigint as high,
           string_agg(ids, ' ') as ids
    from sources
    group by kind, party, item, unit, year
