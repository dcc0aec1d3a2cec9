-- How many runs of up to $most_legs movements there are at most, per item: counted, not built. A party met again is not
-- told from another, so that this is no less than the number of chains. Runs after routes.sql.
with recursive legs as (
    select item, unit, supplier, recipient, first, last, count(*)::double as number
    from moved
    where coalesce(high >= greatest($least, 1), true)
    group by item, unit, supplier, recipient, first, last
),
near as (select * from ahead($most_legs, $least)),
runs as (
    select l.item, l.unit, l.recipient as party, l.first, l.last, 1 as legs,
           coalesce(bool_or(s.hops = 0), false) or coalesce(bool_or(r.hops = 0), false) as met, sum(number) as number
    from legs l
    left join near s on s.item = l.item and s.unit = l.unit and s.party = l.supplier
    left join near r on r.item = l.item and r.unit = l.unit and r.party = l.recipient
    where coalesce(s.hops = 0, false) or 1 + r.hops <= $most_legs
    group by l.item, l.unit, l.supplier, l.recipient, l.first, l.last
    union all
    (
        select item, unit, party, first, last, legs, met, sum(number)
        from (
            select l.item, l.unit, l.recipient as party, greatest(l.first, r.first) as first, least(l.last, r.last + $within_years) as last,
                   r.legs + 1 as legs, r.met or coalesce(n.hops = 0, false) as met, r.number * l.number as number
            from runs r
            join legs l on l.item = r.item and l.unit = r.unit and l.supplier = r.party
                and l.first <= r.last + $within_years and l.last >= r.first
            left join near n on n.item = l.item and n.unit = l.unit and n.party = l.recipient
            where r.legs < $most_legs and (r.met or r.legs + 1 + n.hops <= $most_legs)
        )
        group by item, unit, party, first, last, legs, met
    )
)
select item, unit, least(sum(number), 1e18)::bigint as high from runs where met and legs > 1
group by item, unit order by high desc, item, unit limit 1
