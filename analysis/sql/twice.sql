-- Flows and possible double counts (`doubled`) → what each party's least must leave out, so that no lot counts twice.
create temp table parts as         -- the flows that a double count is about: the direct one, and the detour's two legs
    select distinct d.sender, d.receiver, d.item, d.unit, d.part, f.supplier, f.recipient, f.year,
           f.low, coalesce(f.high::double, 'infinity'::double) as top
    from (
        select supplier as sender, recipient as receiver, item, unit, string_split(statements, ' ') as ids,
               unnest([{'part': 'direct', 'origin': supplier, 'target': recipient},
                       {'part': 'first', 'origin': supplier, 'target': via},
                       {'part': 'second', 'origin': via, 'target': recipient}], recursive := true)
        from doubled
    ) d
    join flows f on (f.supplier, f.recipient, f.item, f.unit) = (d.origin, d.target, d.item, d.unit)
        and list_has_all(d.ids, string_split(f.statements, ' '));

create temp table doubtful as      -- the same flows as seen by who receives, and by who sends; each once
    select party, item, unit, inward, other, year, any_value(low) as low, bool_or(leg) as leg
    from (
        select receiver as party, item, unit, true as inward, supplier as other, year, low, part = 'second' as leg
        from parts where part <> 'first'
        union all
        select sender, item, unit, false, recipient, year, low, part = 'first' from parts where part <> 'second'
    )
    group by party, item, unit, inward, other, year;

create temp table twice as         -- no more than went by either route, between one pair or in all; one lot is always left
    with pairs as (
        select sender, receiver, item, unit,
               sum(low) filter (part = 'direct') as direct,
               sum(low) filter (part = 'first') as first_low, sum(top) filter (part = 'first') as first_top,
               sum(low) filter (part = 'second') as second_low, sum(top) filter (part = 'second') as second_top
        from parts
        group by sender, receiver, item, unit
    ),
    limits as (
        select receiver as party, item, unit, true as inward, sum(least(direct, second_low, first_top)) as shared from pairs group by all
        union all
        select sender, item, unit, false, sum(least(direct, first_low, second_top)) from pairs group by all
    ),
    reasons as (
        select party, item, unit, inward, flatten(list(string_split(statements, ' '))) as ids
        from (select recipient as party, item, unit, true as inward, statements from doubled
              union all
              select supplier, item, unit, false, statements from doubled)
        group by party, item, unit, inward
    )
    select party, item, unit, inward,
           least(any_value(shared), sum(low) filter (leg), sum(low) - max(low)) as low, any_value(ids) as ids
    from doubtful join limits using (party, item, unit, inward) join reasons using (party, item, unit, inward)
    group by party, item, unit, inward
