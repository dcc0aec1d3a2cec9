-- Conduits that were found part by part (`found`) → the same, ranked in all as in conduits.sql. Parameter: $rank_by.
with compared as (
    select *, least(coalesce(received_best, received_low, 0), coalesce(sent_best, sent_low, 0)) as quantity from found
),
ranked as (
    select * replace (row_number() over (order by quantity desc, party, item, unit) as rank_quantity,
                      row_number() over (order by least(share, 1) desc nulls last, quantity desc, party, item, unit) as rank_share,
                      row_number() over (order by exactness desc nulls last, quantity desc, party, item, unit) as rank_exactness)
    from compared
)
select * exclude (quantity) from ranked
order by case $rank_by when 'share' then rank_share when 'exactness' then rank_exactness else rank_quantity end
