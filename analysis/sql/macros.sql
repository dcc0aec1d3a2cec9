-- Ids in the order people number them: T2 before T10.
create macro in_order(ids) as
    list_transform(list_sort(list_transform(list_distinct(ids), lambda id: {'length': length(id), 'id': id})), lambda s: s.id);

-- Limits of counts are hugeints, in which any sum of counts is exact. What no limit is known of is more than any sum.
create macro no_limit() as 1000000000000000000000000000000::hugeint;
create macro limit_of(high) as coalesce(high::hugeint, no_limit());

-- A sum of a movement as a count, and an upper limit as one; a sum that no count can hold is refused by name.
create macro counted(total, supplier, recipient, item, year) as
    if(total > 9223372036854775807,
       error(concat('the counts of ', supplier, ' → ', recipient, ', ', split_part(item::varchar, chr(9), -1), ', ' || year,
                    ' add up to ', total, ', which is more than a table can hold')),
       total::bigint);
create macro count_of(top, supplier, recipient, item, year) as if(top < no_limit(), counted(top, supplier, recipient, item, year), null);

-- The best single figure of an interval: a point, or the middle of two limits; none where it is open or may be nought,
-- and none beyond 2^53, from where on a figure with a fraction no longer tells one count from the next.
create macro middle(low, top) as
    case when top > 9007199254740992 then null when low = top then low when low > 0 then (low + top) / 2 end;

-- Two intervals that have a number in common.
create macro overlap(low, top, other_low, other_top) as low <= other_top and other_low <= top;

-- Sender and receiver give one number, and neither contradicts itself.
create macro settled(exporter_low, exporter_top, exporter_torn, importer_low, importer_top, importer_torn) as
    coalesce(overlap(exporter_low, exporter_top, importer_low, importer_top), false) and not exporter_torn and not importer_torn;

-- A sum over a party's movements as a count; one that no count can hold is refused by name.
create macro held(total, party, item) as
    if(abs(total) > 9223372036854775807,
       error(concat('the counts of ', party, ', ', split_part(item::varchar, chr(9), -1), ' add up to ', total, ', which is more than a table can hold')),
       total::bigint);

-- Whether a count is of what was licensed, not delivered (licences.MARK).
create macro is_licensed(unit) as starts_with(unit, 'licensed ');

-- How two sides compare in one year.
create macro sides_of(exporter_low, exporter_high, importer_low, importer_high, contradicted) as
    case when exporter_low is null and importer_low is null then 'undisclosed'
         when importer_low is null then 'exporter only'
         when exporter_low is null then 'importer only'
         when overlap(exporter_low, limit_of(exporter_high), importer_low, limit_of(importer_high)) and not contradicted then 'agree'
         else 'differ' end;

-- The years from one to another as bits of one number, the year `base` being the lowest. At most 126 years fit.
create macro year_bits(first, last, base) as ((1::hugeint << (last - first + 1)::int) - 1) << (first - base)::int;

-- How many items a conduit passed on, of what is best known, and the places of conduits in each of three orders.
create macro passed(received_low, received_best, sent_low, sent_best) as
    least(coalesce(received_best, received_low, 0), coalesce(sent_best, sent_low, 0));
create macro place_by_quantity(quantity, party, item, unit) as row_number() over (order by quantity desc, party, item, unit);
create macro place_by_share(share, quantity, party, item, unit) as
    row_number() over (order by least(share, 1) desc nulls last, quantity desc, party, item, unit);
create macro place_by_exactness(exactness, quantity, party, item, unit) as
    row_number() over (order by exactness desc nulls last, quantity desc, party, item, unit);
create macro place_by(rank_by, rank_quantity, rank_share, rank_exactness) as
    case rank_by when 'share' then rank_share when 'exactness' then rank_exactness else rank_quantity end
