-- Statements → lots: the same lot listed twice at one place of one source, in the same words, counts once.
select source_id, locator, role, reporter, supplier, recipient, item, unit, year, low, high, quantity_as_printed,
       list(statement_id) as ids
from transfers
group by all
