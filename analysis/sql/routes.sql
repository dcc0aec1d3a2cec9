-- Flows → `moved`: the movements that chains may use, numbered; and how far each party is from those asked for
-- (`wanted`; none: all are at hand). `nobody` lists codes that are no single party, `spans` bounds flows without a year.
create temp table moved as
    select row_number() over (order by f.item, f.unit, f.supplier, f.recipient, f.year) as leg,
           f.supplier, f.recipient, f.item, f.unit, f.year, f.low, f.high, f.statements,
           coalesce(f.year, s.first_year, -99999) as first, coalesce(f.year, s.last_year, 99999) as last,
           coalesce(f.year, s.first_year) as first_year, coalesce(f.year, s.last_year) as last_year
    from flows f left join spans s on f.year is null
        and s.supplier = f.supplier and s.recipient = f.recipient and s.item = f.item and s.unit = f.unit
    where f.supplier <> f.recipient
        and f.supplier not in (select party from nobody) and f.recipient not in (select party from nobody);

create temp macro ahead(most_legs, least) as table    -- fewest movements from a party to one that is wanted
    with recursive hops as (
        select distinct item, unit, p.party, 0 as hops
        from (select supplier as party, item, unit from moved union select recipient, item, unit from moved) p
        where p.party in (select party from wanted) or not exists (from wanted)
        union
        select m.item, m.unit, m.supplier, hops + 1
        from hops h join moved m on m.item = h.item and m.unit = h.unit and m.recipient = h.party
        where hops < most_legs and coalesce(m.high >= greatest(least, 1), true) and exists (from wanted)
    )
    select item, unit, party, min(hops) as hops from hops group by item, unit, party
