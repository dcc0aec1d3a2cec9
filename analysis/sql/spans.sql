-- Statements without a year whose deliveries are bounded → the years that their flow can be of.
select supplier, recipient, item, unit, min(first_year)::bigint as first_year, max(last_year)::bigint as last_year
from transfers
where year is null
group by supplier, recipient, item, unit
having count(first_year) = count(*) and count(last_year) = count(*)
order by supplier, recipient, item, unit
