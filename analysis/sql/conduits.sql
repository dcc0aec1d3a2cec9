-- Flows → who received and sent on the same item within $within_years years; runs after twice.sql and passing.sql.
-- A receipt counts where something went on to another than who had sent it, in its year or up to so many after; a
-- sending, where something had come from another than who got it. Further: $least, $share, $rank_by, $top.
with sums as materialized (      -- what is vouched for in one sum; the rest, few, one by one
    select party, item, unit, inward, vouched, if(vouched, null, other) as other, if(vouched, null, year) as year,
           any_value(class) as class, any_value(first) as first, any_value(last) as last,
           min(first_year) as first_year, max(last_year) as last_year,
           count(*) as legs, count(best) as bests, count(high) as highs, sum(low) as low, sum(best) as best, sum(high) as high
    from near
    group by party, item, unit, inward, vouched, if(vouched, null, other), if(vouched, null, year)
),
named as materialized (
    select distinct s.party, s.item, s.unit, s.inward, s.other, s.year
    from sums s join near l on l.party = s.party and l.item = s.item and l.unit = s.unit and l.inward <> s.inward
        and l.class = s.class and l.other <> s.other
        and l.last >= s.first - if(s.inward, 0, $within_years) and l.first <= s.last + if(s.inward, $within_years, 0)
    where not s.vouched
),
counted as (
    select * from sums where vouched
    union all
    select s.* from sums s semi join named n on n.party = s.party and n.item = s.item and n.unit = s.unit
        and n.inward = s.inward and n.other = s.other and n.year is not distinct from s.year
),
reported_twice as (  -- of movements that count here: no more than all but the largest of them, one lot is always left
    select d.party, d.item, d.unit, d.inward, least(any_value(t.low), sum(d.low) - max(d.low)) as low
    from doubtful d
    join twice t using (party, item, unit, inward)
    join near n using (party, item, unit, inward, other)
    left join named m on m.party = n.party and m.item = n.item and m.unit = n.unit and m.inward = n.inward
        and m.other = n.other and m.year is not distinct from n.year
    where d.year is not distinct from n.year and (vouched or m.party is not null)
    group by d.party, d.item, d.unit, d.inward
    having count(*) > 1
),
sides as (           -- a limit or a best figure holds for a sum only where every part has one; beyond 2^53 a double tells no count
    select party, item, unit, inward, min(first_year) as first_year, max(last_year) as last_year,
           sum(c.low) - coalesce(any_value(t.low), 0) as low,
           if(sum(bests) = sum(legs) and count(t.party) = 0 and sum(best) <= 9007199254740992, sum(best), null) as best,
           if(sum(highs) = sum(legs), sum(high), null) as high
    from counted c left join (select *, party from reported_twice) t using (party, item, unit, inward)
    group by party, item, unit, inward
),
matched as (
    select r.party, r.item, r.unit, r.low as received_low, r.best as received_best, r.high as received_high,
           s.low as sent_low, s.best as sent_best, s.high as sent_high, r.first_year, s.last_year,
           s.best / nullif(r.best, 0) as share,
           if(s.best + r.best > 0, least(s.best, r.best) / greatest(s.best, r.best), null) as exactness,
           passed(r.low, r.best, s.low, s.best) as quantity,
           least(coalesce(r.best, r.high, 'infinity'::double), coalesce(s.best, s.high, 'infinity'::double)) as possible,
           coalesce(s.high, 'infinity'::double) / nullif(r.low, 0) as possible_share
    from sides r join sides s on s.party = r.party and s.item = r.item and s.unit = r.unit
    where r.inward and not s.inward
),
ranked as (
    select *, place_by_quantity(quantity, party, item, unit) as rank_quantity,
           place_by_share(share, quantity, party, item, unit) as rank_share,
           place_by_exactness(exactness, quantity, party, item, unit) as rank_exactness
    from matched
    where possible >= $least and coalesce(share, possible_share, 'infinity'::double) >= $share
),
kept as materialized (
    select * from (
        select *, place_by($rank_by, rank_quantity, rank_share, rank_exactness) as place from ranked
    )
    where place <= $top
),
names as (
    select kept.party, kept.item, kept.unit,
           array_to_string(list_sort(list_distinct(list(n.other) filter (n.inward))), ' ') as suppliers,
           array_to_string(list_sort(list_distinct(list(n.other) filter (not n.inward))), ' ') as recipients,
           array_to_string(in_order(string_split(string_agg(n.statements, ' '), ' ')), ' ') as statements
    from kept
    join near n on n.party = kept.party and n.item = kept.item and n.unit = kept.unit
    left join named m on m.party = n.party and m.item = n.item and m.unit = n.unit and m.inward = n.inward
        and m.other = n.other and m.year is not distinct from n.year
    where vouched or m.party is not null
    group by kept.party, kept.item, kept.unit
)
select party, item, unit, held(received_low, party, item) as received_low, received_best, held(received_high, party, item) as received_high,
       held(sent_low, party, item) as sent_low, sent_best, held(sent_high, party, item) as sent_high, share, exactness, first_year, last_year,
       suppliers, recipients, rank_quantity, rank_share, rank_exactness, statements
from kept left join names using (party, item, unit)
order by place
