/**
 * What the store asks, one statement each: the community is said and the rows are touched in the same transaction. A
 * refusal by rule is SQLSTATE YC409.
 */
export const functions: readonly string[] = [
  `create or replace function yichuang.find_rows(p_community text, p_table text, p_by text, p_equals text, p_desc boolean, p_after text, p_limit integer)
   returns setof text language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     return query execute format(
       'select row from yichuang.%I where community_id = $1 %s %s order by id collate "C" %s limit $4', p_table,
       case when p_by is null then '' else format('and %I = $2', 'key_' || p_by) end,
       case when p_after is null then '' when p_desc then 'and id < $3' else 'and id > $3' end,
       case when p_desc then 'desc' else 'asc' end)
     using p_community, p_equals, p_after, p_limit;
   end $$`,
  `create or replace function yichuang.get_row(p_community text, p_table text, p_id text)
   returns text language plpgsql as $$
   declare found_row text;
   begin
     perform set_config('yichuang.community', p_community, true);
     execute format('select row from yichuang.%I where community_id = $1 and id = $2', p_table) into found_row using p_community, p_id;
     return found_row;
   end $$`,
  // p_rows null: the row goes. p_keys: field → value as JSON, of the indexes and the unique fields; p_uniques: the unique ones only.
  `create or replace function yichuang.commit_writes(p_community text, p_tables text[], p_ids text[], p_revs integer[], p_rows text[], p_keys jsonb[], p_uniques jsonb[], p_settled bigint[])
   returns void language plpgsql as $$
   declare
     at integer;
     stood_at integer;
     before jsonb;
     item record;
     owner text;
   begin
     perform set_config('yichuang.community', p_community, true);
     for at in 1 .. coalesce(array_length(p_ids, 1), 0) loop
       execute format('select rev, keys from yichuang.%I where community_id = $1 and id = $2 for update', p_tables[at]) into stood_at, before using p_community, p_ids[at];
       if coalesce(stood_at, 0) <> p_revs[at] or (p_rows[at] is null and stood_at is null) then
         raise exception '% % was expected at revision %, it is %', p_tables[at], p_ids[at], p_revs[at], coalesce('at ' || stood_at, 'not there') using errcode = 'YC409';
       end if;
       for item in select key, value from jsonb_each_text(p_uniques[at]) loop
         continue when before is not null and before ->> item.key = item.value;
         if before is not null then
           delete from yichuang.unique_values where community_id = p_community and table_name = p_tables[at] and field = item.key and value = before ->> item.key and id = p_ids[at];
         end if;
         continue when item.value = 'null';
         insert into yichuang.unique_values values (p_community, p_tables[at], item.key, item.value, p_ids[at]) on conflict do nothing;
         if not found then
           select id into owner from yichuang.unique_values where community_id = p_community and table_name = p_tables[at] and field = item.key and value = item.value;
           raise exception '% with this % exists already (%)', p_tables[at], item.key, owner using errcode = 'YC409';
         end if;
       end loop;
       if p_rows[at] is null then
         execute format('delete from yichuang.%I where community_id = $1 and id = $2', p_tables[at]) using p_community, p_ids[at];
       elsif stood_at is null then
         execute format('insert into yichuang.%I (community_id, id, rev, row, keys, settled_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', p_tables[at])
           using p_community, p_ids[at], p_revs[at] + 1, p_rows[at], p_keys[at], p_settled[at];
         get diagnostics stood_at = row_count;
         if stood_at = 0 then
           raise exception '% % exists already', p_tables[at], p_ids[at] using errcode = 'YC409';
         end if;
       else
         execute format('update yichuang.%I set rev = $3, row = $4, keys = $5, settled_at = $6 where community_id = $1 and id = $2', p_tables[at])
           using p_community, p_ids[at], p_revs[at] + 1, p_rows[at], p_keys[at], p_settled[at];
       end if;
     end loop;
   end $$`,
  `create or replace function yichuang.next_number(p_community text, p_series text)
   returns bigint language plpgsql as $$
   declare given bigint;
   begin
     perform set_config('yichuang.community', p_community, true);
     insert into yichuang.series values (p_community, p_series, 1) on conflict (community_id, name) do update set value = yichuang.series.value + 1 returning value into given;
     return given;
   end $$`,
  `create or replace function yichuang.save_blob(p_community text, p_id text, p_bytes bytea)
   returns boolean language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     insert into yichuang.blobs values (p_community, p_id, p_bytes) on conflict do nothing;
     return found;
   end $$`,
  `create or replace function yichuang.load_blob(p_community text, p_id text)
   returns bytea language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     return (select bytes from yichuang.blobs where community_id = p_community and id = p_id);
   end $$`,
  `create or replace function yichuang.remove_blob(p_community text, p_id text)
   returns void language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     delete from yichuang.blobs where community_id = p_community and id = p_id;
   end $$`,
  // Settled rows of one table leave: at most p_limit, locked so that two processes never take the same.
  `create or replace function yichuang.retire_rows(p_community text, p_table text, p_until bigint, p_archive boolean, p_limit integer)
   returns integer language plpgsql as $$
   declare
     gone record;
     item record;
     taken integer := 0;
   begin
     perform set_config('yichuang.community', p_community, true);
     for gone in execute format(
       'delete from yichuang.%I where community_id = $1 and id in (select id from yichuang.%I where community_id = $1 and settled_at <= $2 order by settled_at limit $3 for update skip locked) returning id, row, keys, settled_at', p_table, p_table)
       using p_community, p_until, p_limit
     loop
       taken := taken + 1;
       if p_archive then
         -- China has one time zone and no summer time.
         insert into yichuang.archived values (p_community, p_table, to_char(to_timestamp(gone.settled_at / 1000.0) at time zone 'UTC' + interval '8 hours', 'YYYY-MM'), gone.id, gone.row)
           on conflict (community_id, table_name, month, id) do update set row = excluded.row;
       else
         delete from yichuang.unique_values where community_id = p_community and table_name = p_table and id = gone.id;
       end if;
     end loop;
     return taken;
   end $$`,
  `create or replace function yichuang.archived_rows(p_community text, p_table text, p_month text)
   returns setof text language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     return query execute format('select row from yichuang.archived a where community_id = $1 and table_name = $2 and month = $3
       and not exists (select 1 from yichuang.%I live where live.community_id = $1 and live.id = a.id) order by id', p_table) using p_community, p_table, p_month;
   end $$`,
  // The next p_limit archived rows of a table beyond a month and an id.
  `create or replace function yichuang.archived_after(p_community text, p_table text, p_month text, p_id text, p_limit integer)
   returns table (of_month text, of_id text, of_row text) language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     return query select a.month, a.id, a.row from yichuang.archived a
       where a.community_id = p_community and a.table_name = p_table and (a.month, a.id) > (p_month, p_id) order by a.month, a.id limit p_limit;
   end $$`,
  // p_rows null: the row goes.
  `create or replace function yichuang.change_archived(p_community text, p_table text, p_months text[], p_ids text[], p_rows text[])
   returns void language plpgsql as $$
   declare at integer;
   begin
     perform set_config('yichuang.community', p_community, true);
     for at in 1 .. coalesce(array_length(p_ids, 1), 0) loop
       if p_rows[at] is null then
         delete from yichuang.archived a where a.community_id = p_community and a.table_name = p_table and a.month = p_months[at] and a.id = p_ids[at];
       else
         update yichuang.archived a set row = p_rows[at] where a.community_id = p_community and a.table_name = p_table and a.month = p_months[at] and a.id = p_ids[at];
       end if;
     end loop;
   end $$`,
]
