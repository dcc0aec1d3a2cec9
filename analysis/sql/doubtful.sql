-- The same flows as seen by who receives, and by who sends; each once
select party, item, unit, inward, other, year, any_value(low) as low, bool_or(leg) as leg
from (
    select receiver as party, item, unit, true as inward, supplier as other, year, low, part = 'second' as leg
    from parts where part <> 'first'
    union all
    select sender, item, unit, false, recipient, year, low, part = 'first' from parts where part <> 'second'
)
group by party, item, unit, inward, other, year
