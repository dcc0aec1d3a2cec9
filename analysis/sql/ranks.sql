-- Conduits that were found part by part (`found`) → the same, ranked in all. Parameter: $rank_by.
with compared as (
    select *, passed(received_low, received_best, sent_low, sent_best) as quantity from found
),
ranked as (
    select * replace (place_by_quantity(quantity, party, item, unit) as rank_quantity,
                      place_by_share(share, quantity, party, item, unit) as rank_share,
                      place_by_exactness(exactness, quantity, party, item, unit) as rank_exactness)
    from compared
)
select * exclude (quantity) from ranked
order by place_by($rank_by, rank_quantity, rank_share, rank_exactness)
