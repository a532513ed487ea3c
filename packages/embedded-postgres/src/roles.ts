import postgres from 'postgres';

/** Creates the database and its role, and holds the owner's lock. The server does not use it. */
export const superuser = 'postgres';
/** The role of the server. It owns the database `paydeck`, and is not a superuser: a superuser can run programs. */
export const serverRole = 'paydeck';
/** Exists only while an older cluster is being changed. No superuser can rename itself. */
const helper = 'paydeck_upgrade';

export type Connection = { port: number; password: string };

/** Creates the role of the server if it is missing. `run` runs a statement as the superuser. */
export async function ensureServerRole(
  run: (statement: string) => Promise<unknown>,
  password: string,
): Promise<void> {
  await run(`drop role if exists ${helper}`);
  await run(createRole(serverRole, `login password '${password}'`));
}

/**
 * In clusters of earlier versions, `paydeck` is the superuser of initdb. Renames it to `postgres`, and creates a role `paydeck`
 * that owns the database and everything in it. The renaming and all that follows is one transaction. If the process dies before
 * it, the next start does all of this again.
 */
export async function replaceSuperuser(
  connection: Connection,
  { hasDatabase }: { hasDatabase: boolean },
): Promise<void> {
  const { password } = connection;
  await asUser(serverRole, connection, superuser, [
    createRole(helper, `superuser login password '${password}'`),
    `alter role ${helper} superuser login password '${password}'`,
  ]);
  await asUser(helper, connection, hasDatabase ? serverRole : superuser, [
    `alter role ${serverRole} rename to ${superuser}`,
    createRole(serverRole, `login password '${password}'`),
    ...(hasDatabase ? [`alter database ${serverRole} owner to ${serverRole}`, giveObjects] : []),
  ]);
  await asUser(superuser, connection, superuser, [`drop role ${helper}`]);
}

/** The password is hexadecimal, so it needs no quoting. */
const createRole = (name: string, options: string) => `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${name}') then create role ${name} ${options}; end if;
  end $$`;

/**
 * Makes the server's role the owner of what the superuser owns in this database, except the parts of PostgreSQL and of
 * extensions. A sequence of a column follows its table.
 */
const giveObjects = `
  do $$
  declare
    statement text;
  begin
    for statement in
      with schemas as (
        select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
      ),
      parts as (
        select classid, objid from pg_depend where deptype in ('e', 'i')
        union all
        select classid, objid from pg_depend where deptype = 'a' and classid = 'pg_class'::regclass
          and refclassid = 'pg_class'::regclass and objid in (select oid from pg_class where relkind = 'S')
      )
      select format('alter schema %I owner to ${serverRole}', nspname)
      from schemas join pg_namespace using (oid, nspname) where nspowner = 10
      union all
      select format('alter %s %I.%I owner to ${serverRole}',
                    case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
                    nspname, relname)
      from pg_class c join schemas s on s.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'S') and relowner = 10
        and not exists (select from parts where classid = 'pg_class'::regclass and objid = c.oid)
      union all
      select format('alter routine %s owner to ${serverRole}', p.oid::regprocedure)
      from pg_proc p join schemas s on s.oid = pronamespace
      where proowner = 10 and prokind <> 'a'
        and not exists (select from parts where classid = 'pg_proc'::regclass and objid = p.oid)
      union all
      select format('alter type %I.%I owner to ${serverRole}', nspname, typname)
      from pg_type t join schemas s on s.oid = typnamespace
      where typowner = 10 and typtype in ('e', 'd')
        and not exists (select from parts where classid = 'pg_type'::regclass and objid = t.oid)
    loop
      execute statement;
    end loop;
  end $$`;

/** Runs statements in one transaction, on a new connection. */
async function asUser(
  username: string,
  { port, password }: Connection,
  database: string,
  statements: readonly string[],
): Promise<void> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    database,
    username,
    password,
    ssl: false,
    max: 1,
    fetch_types: false,
    backoff: false,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
  try {
    await sql.unsafe(statements.join(';\n'));
  } finally {
    await sql.end({ timeout: 0 });
  }
}
