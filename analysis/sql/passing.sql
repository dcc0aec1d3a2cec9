-- Flows → `near`: every movement as seen by either end where something moved on within $within_years years, or had come;
-- `vouched`: to or from another than `other`, for certain.
-- `spans` bounds flows without a year (else they may be of any); `nobody` lists codes that are no single party.
-- Years are bits of one number, so that one `&` asks of a whole window, and no join is made by year.
create temp table ends as
    select coalesce(min(first_year), 0) as base, coalesce(max(last_year), 0) as top
    from (select min(year) as first_year, max(year) as last_year from flows
          union all
          select min(first_year), max(last_year) from spans);

create temp macro legs() as table
    with moved as not materialized (
        select f.*, coalesce(f.year, s.first_year) as first_year, coalesce(f.year, s.last_year) as last_year,
               coalesce(f.year, s.first_year, base) as first, coalesce(f.year, s.last_year, top) as last, base, top
        from (select supplier, recipient, item, unit, year, low, best, high, statements from flows) f cross join ends
        left join spans s on f.year is null
            and s.supplier = f.supplier and s.recipient = f.recipient and s.item = f.item and s.unit = f.unit
        where f.supplier <> f.recipient and coalesce(high, 1) > 0
    )
    select recipient as party, true as inward, supplier as other, hash(supplier) % 4 as class, * exclude (supplier, recipient)
    from moved where recipient not in (select party from nobody)
    union all
    select supplier, false, recipient, hash(recipient) % 4, * exclude (supplier, recipient)
    from moved where supplier not in (select party from nobody);

-- The years in which something moved the other way, with each of four classes of names. A class that is not that of
-- `other` has no name in common with it; only where it alone moved must names be compared.
create temp table facing as
    select party, item, unit, not inward as inward,
           coalesce(bit_or(bits) filter (class = 0), 0) as c0, coalesce(bit_or(bits) filter (class = 1), 0) as c1,
           coalesce(bit_or(bits) filter (class = 2), 0) as c2, coalesce(bit_or(bits) filter (class = 3), 0) as c3
    from (select *, year_bits(first, last, base) as bits from legs())
    group by party, item, unit, inward;

create temp table near as
    select * exclude (own, others, bits), others & bits <> 0 as vouched
    from (
        select l.*, case class when 0 then c0 when 1 then c1 when 2 then c2 else c3 end as own,
               case class when 0 then c1 | c2 | c3 when 1 then c0 | c2 | c3 when 2 then c0 | c1 | c3 else c0 | c1 | c2 end as others,
               year_bits(if(inward, first, greatest(first - $within_years, base)), if(inward, least(last + $within_years, top), last), base) as bits
        from legs() l join facing using (party, item, unit, inward)
    )
    where (own | others) & bits <> 0
