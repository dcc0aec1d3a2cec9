-- Flows and possible double counts (`doubled`) → the flows that a double count is about: the direct one, and the detour's two legs
select distinct d.sender, d.receiver, d.item, d.unit, d.part, f.supplier, f.recipient, f.year,
       f.low, limit_of(f.high) as top
from (
    select supplier as sender, recipient as receiver, item, unit, string_split(statements, ' ') as ids,
           unnest([{'part': 'direct', 'origin': supplier, 'target': recipient},
                   {'part': 'first', 'origin': supplier, 'target': via},
                   {'part': 'second', 'origin': via, 'target': recipient}], recursive := true)
    from doubled
) d
join flows f on (f.supplier, f.recipient, f.item, f.unit) = (d.origin, d.target, d.item, d.unit)
    and list_has_all(d.ids, string_split(f.statements, ' '))
