-- Balances that are not what their flows come to, party by party: units in = units sent on + unaccounted for.
-- The least of a sum may leave out what may be one lot (`doubled`), and no more than the least of these lots together.
-- What is unaccounted for stands only where both sides are recorded, and not for a code that is no single party (`nobody`).
with sides as (
    select recipient as party, item, unit, true as inward, low, best, high from flows
    union all
    select supplier, item, unit, false, low, best, high from flows
),
sums as (
    select party, item, unit, inward, sum(low) as low, if(bool_and(best is not null) and sum(best) <= 9007199254740992, sum(best), null) as best,
           if(bool_and(high is not null), sum(high), null) as high
    from sides group by all
),
twice as (
    select party, item, unit, inward, count(*) as lots from (
        select recipient as party, item, unit, true as inward from doubled union all select supplier, item, unit, false from doubled
    ) group by all
),
stands as (
    select party, item, unit, true as inward, received_low as low, received_best as best, received_high as high from balances
    union all
    select party, item, unit, false, sent_low, sent_best, sent_high from balances
),
wrong_sums as (
    select party, item, unit, if(coalesce(sums.inward, stands.inward), 'received', 'sent') as side,
           concat_ws(' to ', stands.low, stands.best, stands.high) as says, concat_ws(' to ', sums.low, sums.best, sums.high) as give
    from stands full join sums using (party, item, unit, inward) left join twice using (party, item, unit, inward)
    where stands.party is null
       or stands.high is distinct from sums.high
       or if(twice.lots is null, stands.low is distinct from sums.low, coalesce(stands.low > sums.low or stands.low < 0, false))
       or if(twice.lots is null, coalesce(abs(stands.best - sums.best) > 1e-9 * abs(sums.best), (stands.best is null) <> (sums.best is null)), stands.best is not null)
),
differences as (
    select party, item, unit, unaccounted_low as low, unaccounted_best as best, unaccounted_high as high,
           if(both_sides, received_low - sent_high, null) as least,
           if(both_sides, received_best - sent_best, null) as middle,
           if(both_sides, received_high - coalesce(sent_low, 0), null) as most
    from (
        select *, received_statements <> '' and sent_statements <> '' and not is_licensed(unit) and party not in (select party from nobody) as both_sides
        from balances
    )
),
wrong_differences as (
    select party, item, unit, concat_ws(' to ', low, best, high) as says, concat_ws(' to ', least, middle, most) as give
    from differences
    where low is distinct from least or high is distinct from most
       or coalesce(abs(best - middle) > 1e-9 * abs(middle), (best is null) <> (middle is null))
)
select concat_ws(', ', party, item, unit) as id,
       side || ' is ' || if(says = '', 'unknown', says) || ', and its flows come to ' || if(give = '', 'unknown', give) as told
from wrong_sums where $party in ('', party)
union all
select concat_ws(', ', party, item, unit),
       'unaccounted is ' || if(says = '', 'unknown', says) || ', and received less sent is ' || if(give = '', 'unknown', give)
from wrong_differences
order by id, told
