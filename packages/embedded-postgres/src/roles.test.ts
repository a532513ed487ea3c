import { expect, test } from 'vitest';
import { query, temporaryFolder } from '../testing/embedded-process.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const start = (dataDir: string) => startEmbeddedPostgres({ dataDir, purpose: 'serve', log: () => {} });

/** The attributes of the role of a URL. */
const attributesOf = async (url: string) =>
  (
    await query(
      url,
      `select rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              pg_has_role('pg_execute_server_program', 'member') as runs_programs,
              pg_has_role('pg_write_server_files', 'member') as writes_files
       from pg_roles where rolname = current_user`,
    )
  )[0];

const harmless = {
  rolname: 'paydeck',
  rolsuper: false,
  rolcreaterole: false,
  rolcreatedb: false,
  rolreplication: false,
  rolbypassrls: false,
  runs_programs: false,
  writes_files: false,
};

const ownersOf = (url: string) =>
  query(
    url,
    `select 'table ' || relname as what, relowner::regrole::text as owner from pg_class
       where relnamespace::regnamespace::text in ('public', 'drizzle') and relkind in ('r', 'S', 'v')
     union all select 'function ' || proname, proowner::regrole::text from pg_proc
       where pronamespace = 'public'::regnamespace and proname like 'our%'
     union all select 'type ' || typname, typowner::regrole::text from pg_type where typname = 'mood'
     union all select 'schema ' || nspname, nspowner::regrole::text from pg_namespace where nspname = 'drizzle'
     union all select 'database ' || datname, datdba::regrole::text from pg_database where datname = 'paydeck'`,
  );

test('the role of the server is not a superuser, and can’t run programs', async () => {
  await using folder = await temporaryFolder();
  const postgres = await start(folder.path);
  expect(await attributesOf(postgres.url)).toEqual(harmless);
  await expect(query(postgres.url, `copy (select 1) to program 'true'`)).rejects.toThrow(/permission denied/);
  await query(postgres.url, 'create extension pg_trgm; create schema drizzle; create table answers (n int)');
  await postgres.stop();
});

/** Makes of a cluster what earlier versions made: `paydeck` is the superuser of initdb, and owns everything. */
async function asEarlierVersion({ superuserUrl, url }: EmbeddedPostgres): Promise<void> {
  const helper = superuserUrl.replace('//postgres:', '//helper:');
  const password = new URL(url).password;
  await query(superuserUrl, 'reassign owned by paydeck to helper');
  await query(helper, `alter database paydeck owner to helper; drop role paydeck`);
  await query(helper, `alter role postgres rename to paydeck; alter role paydeck password '${password}'`);
  const statements = [
    ...(await query(
      helper,
      `select format('alter table %s owner to paydeck', oid::regclass) as text from pg_class
         where relowner = 'helper'::regrole and relkind in ('r', 'v')
       union all select format('alter routine %s owner to paydeck', oid::regprocedure) from pg_proc
         where proowner = 'helper'::regrole and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
       union all select format('alter type %s owner to paydeck', oid::regtype) from pg_type
         where typowner = 'helper'::regrole and typtype = 'e'
       union all select format('alter schema %I owner to paydeck', nspname) from pg_namespace
         where nspowner = 'helper'::regrole`,
    )),
    { text: 'alter sequence positions owner to paydeck' },
    { text: 'alter database paydeck owner to paydeck' },
  ];
  for (const { text } of statements) await query(helper, String(text));
}

test('a cluster of an earlier version, whose server was a superuser, is changed at the next start', async () => {
  await using folder = await temporaryFolder();
  const earlier = await start(folder.path);
  await query(
    earlier.superuserUrl,
    `create role helper superuser login password '${new URL(earlier.url).password}'`,
  );
  await query(
    earlier.url,
    `create extension pg_trgm;
     create schema drizzle;
     create type mood as enum ('happy');
     create table drizzle.applied (id serial primary key);
     create table payments (id int generated always as identity, mood mood default 'happy');
     create sequence positions;
     create view shown as select * from payments;
     create function our_sum(int, int) returns int language sql as 'select $1 + $2';
     insert into payments default values;`,
  );
  await asEarlierVersion(earlier);
  expect(await attributesOf(earlier.url)).toMatchObject({ rolname: 'paydeck', rolsuper: true });
  await earlier.stop();

  for (let round = 0; round < 2; round++) {
    const changed = await start(folder.path);
    expect(await attributesOf(changed.url)).toEqual(harmless);
    const owners = await ownersOf(changed.url);
    expect(owners.length).toBeGreaterThan(7);
    for (const { what, owner } of owners) expect(`${what} ${owner}`).toBe(`${what} paydeck`);
    await query(
      changed.url,
      `insert into payments default values;
       insert into drizzle.applied default values;
       select nextval('positions'), our_sum(1, 2);
       alter table payments add column note${round} text`,
    );
    expect(
      await query(changed.superuserUrl, `select rolname from pg_roles where rolsuper order by 1`),
    ).toEqual([{ rolname: 'helper' }, { rolname: 'postgres' }]);
    await changed.stop();
  }
});
