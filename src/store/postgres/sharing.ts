/**
 * What processes on one database tell each other: which rows each commit touched (`changes`), who is alive (`processes`),
 * who holds what only one may hold (`leases`). No row's contents are in it.
 */
export const sharingTables: readonly string[] = [
  `create table if not exists yichuang.changes (
     community_id text collate "C" not null, id bigint generated always as identity, xid xid8 not null default pg_current_xact_id(), at timestamptz not null default clock_timestamp(),
     writer text not null, told text not null, primary key (community_id, id))`,
  'create index if not exists changes_xid on yichuang.changes (xid)',
  `create table if not exists yichuang.processes (
     community_id text collate "C" not null, id text collate "C" not null, beat_at timestamptz not null, told text not null, primary key (community_id, id))`,
  'create table if not exists yichuang.leases (community_id text collate "C" not null, name text collate "C" not null, holder text not null, primary key (community_id, name))',
]

/** Tables of `sharingTables` that rows of a community lie in. */
export const sharingNames = ['changes', 'processes', 'leases'] as const

/**
 * Changes are read by transaction id: what is below the oldest transaction still running can't come later, so nothing is
 * passed over whatever the order in which commits end. What was committed above it is told as well, and once more when all
 * below it has ended.
 */
export const sharingFunctions: readonly string[] = [
  // Commits as commit_writes does, and leaves word for the other processes (p_told null: nothing that others need hear).
  `create or replace function yichuang.commit_told(p_community text, p_tables text[], p_ids text[], p_revs integer[], p_rows text[], p_keys jsonb[], p_uniques jsonb[], p_settled bigint[], p_writer text, p_told text)
   returns bigint language plpgsql as $$
   declare given bigint;
   begin
     perform yichuang.commit_writes(p_community, p_tables, p_ids, p_revs, p_rows, p_keys, p_uniques, p_settled);
     if p_told is null then return null; end if;
     insert into yichuang.changes (community_id, writer, told) values (p_community, p_writer, p_told) returning id into given;
     return given;
   end $$`,
  `create or replace function yichuang.get_rows(p_community text, p_tables text[], p_ids text[])
   returns table (of_place integer, of_row text) language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     for i in 1 .. coalesce(array_length(p_ids, 1), 0) loop
       of_place := i;
       of_row := null;
       execute format('select row from yichuang.%I where community_id = $1 and id = $2', p_tables[i]) into of_row using p_community, p_ids[i];
       return next;
     end loop;
   end $$`,
  // All that is committed by now and was not below p_from; with it, whether some since p_from were forgotten already.
  `create or replace function yichuang.changes_by_now(p_from text)
   returns table (change_id bigint, of_community text, by_writer text, told text, is_final boolean, horizon text, is_cut boolean)
   language sql stable security definer set search_path = yichuang as $$
   with h as (select pg_snapshot_xmin(pg_current_snapshot()) as x)
   select c.id, c.community_id, c.writer, c.told, c.xid < h.x, h.x::text, coalesce((select value::xid8 > p_from::xid8 from yichuang.meta where name = 'forgotten'), false)
     from h left join yichuang.changes c on c.xid >= p_from::xid8 order by c.xid, c.id $$`,
  // For programs of before: only what is below the oldest transaction still running.
  `create or replace function yichuang.changes_since(p_from text)
   returns table (change_id bigint, of_community text, by_writer text, told text, horizon text, is_cut boolean)
   language sql stable security definer set search_path = yichuang as $$
   with h as (select pg_snapshot_xmin(pg_current_snapshot()) as x)
   select c.id, c.community_id, c.writer, c.told, h.x::text, coalesce((select value::xid8 > p_from::xid8 from yichuang.meta where name = 'forgotten'), false)
     from h left join yichuang.changes c on c.xid >= p_from::xid8 and c.xid < h.x order by c.xid, c.id $$`,
  `create or replace function yichuang.changes_from_now()
   returns text language sql stable as $$ select pg_snapshot_xmin(pg_current_snapshot())::text $$`,
  `create or replace function yichuang.forget_changes(p_older interval)
   returns void language plpgsql security definer set search_path = yichuang as $$
   declare last xid8;
   begin
     with gone as (delete from yichuang.changes where at < clock_timestamp() - p_older returning xid) select max(xid) into last from gone;
     if last is not null then
       insert into yichuang.meta values ('forgotten', last::text) on conflict (name) do update set value = excluded.value;
     end if;
   end $$`,
  // One sign of life: who else is alive, and who holds what. A lease of one who died is free.
  `create or replace function yichuang.beat(p_community text, p_id text, p_told text, p_wants text[], p_dead_ms integer)
   returns table (member text, told text, age_ms double precision, holds text[]) language plpgsql as $$
   declare wanted text;
   begin
     perform set_config('yichuang.community', p_community, true), set_config('synchronous_commit', 'off', true);
     insert into yichuang.processes as p values (p_community, p_id, clock_timestamp(), p_told)
       on conflict (community_id, id) do update set beat_at = excluded.beat_at, told = excluded.told;
     delete from yichuang.processes p where p.community_id = p_community and p.beat_at < clock_timestamp() - make_interval(secs => 10 * p_dead_ms / 1000.0);
     foreach wanted in array p_wants loop
       insert into yichuang.leases as l values (p_community, wanted, p_id) on conflict (community_id, name) do update set holder = excluded.holder
         where l.holder <> p_id and not exists (select 1 from yichuang.processes p where p.community_id = p_community and p.id = l.holder and p.beat_at >= clock_timestamp() - make_interval(secs => p_dead_ms / 1000.0));
     end loop;
     return query select p.id, p.told, extract(epoch from clock_timestamp() - p.beat_at)::double precision * 1000,
         coalesce((select array_agg(l.name order by l.name) from yichuang.leases l where l.community_id = p_community and l.holder = p.id), '{}')
       from yichuang.processes p where p.community_id = p_community order by p.id;
   end $$`,
  `create or replace function yichuang.leave(p_community text, p_id text)
   returns void language plpgsql as $$
   begin
     perform set_config('yichuang.community', p_community, true);
     delete from yichuang.leases where community_id = p_community and holder = p_id;
     delete from yichuang.processes where community_id = p_community and id = p_id;
   end $$`,
]
