-- Ids in the order people number them: T2 before T10.
create macro in_order(ids) as
    list_transform(list_sort(list_transform(list_distinct(ids), lambda id: {'length': length(id), 'id': id})), lambda s: s.id)
