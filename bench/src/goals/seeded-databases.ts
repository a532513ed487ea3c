import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import type { RunContext } from '../benchmark.ts';
import { generatedColumns, generatedPayments } from '../seed/generated-payments.ts';
import { seedPaydeck } from '../seed/seed-paydeck.ts';
import type { BenchPostgres } from '../temporary-postgres.ts';
import { peerSchema } from './servers/peer.ts';

type Schema = 'paydeck' | 'peer';

export type SeededDatabases = {
  /** The URL of a database with this many payments, which is filled at the first call. It is for reading only. */
  forReading(schema: Schema, rows: number): Promise<string>;
  /** A copy of it, which is dropped with the returned value. Nobody may be connected to the database while it is copied. */
  copy(schema: Schema, rows: number): Promise<AsyncDisposable & { url: string }>;
};

/**
 * The databases that the rows of the table are measured with. When the PostgreSQL is kept, they are filled only once: their
 * names say which migrations and which generator made them.
 */
export function seededDatabases(server: BenchPostgres, context: RunContext): SeededDatabases {
  const filling = new Map<string, Promise<string>>();
  let copies = 0;
  const made = version();
  const name = (schema: Schema, rows: number) => `${schema}_${rows}_${made}`;
  const fill = async (schema: Schema, rows: number): Promise<string> => {
    const complete = name(schema, rows);
    if ((await server.databaseNames()).includes(complete)) return server.urlOf(complete);
    context.progress(`Filling a database of ${schema} with ${rows.toLocaleString('en')} payments.`);
    const draft = `${complete}_draft`;
    await server.dropDatabase(draft);
    if (schema === 'paydeck') await seedPaydeck(await server.createDatabase(draft), rows, context);
    else await seedPeer(await server.createRawDatabase(draft), rows, context);
    await server.renameDatabase(draft, complete);
    return server.urlOf(complete);
  };
  const forReading = (schema: Schema, rows: number): Promise<string> => {
    const key = name(schema, rows);
    const url = filling.get(key) ?? fill(schema, rows);
    filling.set(key, url);
    return url;
  };
  return {
    forReading,
    copy: async (schema, rows) => {
      await forReading(schema, rows);
      copies += 1;
      const copied = `copy_${copies}`;
      await server.dropDatabase(copied);
      const url = await server.createRawDatabase(copied, name(schema, rows));
      return { url, [Symbol.asyncDispose]: () => server.dropDatabase(copied) };
    },
  };
}

async function seedPeer(databaseUrl: string, rows: number, { signal }: RunContext): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(await readFile(peerSchema.tables, 'utf8'));
    const rowsAtOnce = 500_000;
    const endsAt = new Date().toISOString();
    for (let first = 1; first <= rows; first += rowsAtOnce) {
      signal.throwIfAborted();
      const range = { first, last: Math.min(rows, first + rowsAtOnce - 1) };
      await client.unsafe(
        `insert into payments (${generatedColumns}) ${generatedPayments(rows, range, endsAt)}`,
      );
    }
    await client.unsafe(await readFile(peerSchema.indexes, 'utf8'));
    await client.unsafe('vacuum (analyze)');
  } finally {
    await client.end();
  }
}

/** Changes with everything that decides what is in the databases: migrations, generator, and the peer's schema. */
function version(): string {
  const migrations = new URL('../../migrations/', import.meta.resolve('@paydeck/db/migrate'));
  const seed = new URL('../seed/', import.meta.url);
  const filesOf = (folder: URL, ending: string) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => new URL(file, folder));
  const files = [
    ...filesOf(migrations, '.sql'),
    ...filesOf(seed, '.ts').filter(({ pathname }) => !pathname.endsWith('.test.ts')),
    peerSchema.tables,
    peerSchema.indexes,
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 8);
}
