-- Statements that are in no flow or in several, and flows that rest on statements which are not there. Parameter: $leave_out,
-- of ids of statements, or else of sources.
with used as (
    select unnest(string_split(statements, ' ')) as id, concat_ws(', ', supplier, recipient, item, year, unit) as flow from flows
),
named as (select unnest(string_split($leave_out, ' ')) as id),
counted as (
    select statement_id as id from transfers
    where statement_id not in (from named)
        and source_id not in (from named where id not in (select statement_id from transfers))
),
placed as (select id, count(*) as times, string_agg(flow, ' and ' order by flow) as places from used group by id)
select coalesce(placed.id, counted.id) as id,
       case when placed.id is null then 'is in no flow'
            when counted.id is null then 'is no statement that counts, and the flow ' || places || ' rests on it'
            else 'is counted ' || times || ' times, in the flows ' || places end as told
from counted full join placed using (id)
where placed.id is null or counted.id is null or times > 1
order by id
