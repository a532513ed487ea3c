import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Subject } from '../measure.ts';
import { receivers } from './sample-payment.ts';

const run = promisify(execFile);

/** Inserts the same row as `bareInserts`, with values from pgbench and PostgreSQL. */
const script = (adminId: string) => `
\\set n random(1, 999999)
\\set r random(1, ${receivers.length})
insert into payments_copy (id, amount_minor, currency, method, status, receiver, description, failure_code,
                           created_by, created_at, updated_at)
values (uuidv7(), :n, 'USD', 'credit_card', 'success', (array[${receivers.map((name) => `'${name}'`)}])[:r],
        'Invoice 2026-' || :n::int, null, '${adminId}', now(), now());
`;

/**
 * PostgreSQL's own load driver on the same table: one prepared insert and one commit per payment, one connection per client,
 * no JavaScript. Null when `pgbench` is not on the PATH.
 */
export async function pgbenchInserts(
  name: string,
  { databaseUrl, adminId }: { databaseUrl: string; adminId: string },
): Promise<(Subject & AsyncDisposable) | null> {
  const isThere = await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
  if (!isThere) return null;
  const folder = await mkdtemp(join(tmpdir(), 'paydeck-pgbench-'));
  const file = join(folder, 'insert.sql');
  await writeFile(file, script(adminId));
  // pgbench's time limit includes the time to connect. Instead it gets a number of inserts, estimated by the last rate.
  let perSecond = 1_000;
  return {
    name,
    measure: async ({ clients, seconds }) => {
      const threads = Math.min(clients, availableParallelism());
      const inserts = Math.max(10, Math.round((perSecond * seconds) / clients));
      const args = ['-n', '-M', 'prepared', '-f', file, '-c', `${clients}`, '-j', `${threads}`];
      args.push('-t', `${inserts}`, databaseUrl);
      const { stdout } = await run('pgbench', args);
      const rate = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
      if (rate === undefined) throw new Error(`pgbench printed no rate:\n${stdout}`);
      perSecond = Number(rate);
      return perSecond;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
