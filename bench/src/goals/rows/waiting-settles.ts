import { openDatabase } from '@paydeck/db/connection';
import postgres from 'postgres';
import { startHttpLoad } from '../../http-load/start-load.ts';
import { type LoadAnswer, refusals } from '../../http-load/tally.ts';
import { percentile } from '../../measure.ts';
import { insertPending } from '../../seed/pending-payments.ts';
import { settle } from '../calls.ts';
import { atMost, numberText } from '../row.ts';
import type { Row } from '../stage.ts';
import { startSmallPaydeck } from './small-servers.ts';
import { readers, readLists, timesWhenQuiet, timesWhile } from './times-while.ts';

const connections = 250;

/**
 * Reads while as many settles wait as the small database has payments, compared with reads on a quiet server. The settles
 * wait because the benchmark holds the log's lock, as a slow commit would. Then it lets go, and measures until all settles
 * are answered.
 */
export const waitingSettlesRow: Row = {
  title: 'reads while 10,000 settles wait',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm, sizes } = stage;
    await using running = new AsyncDisposableStack();
    const { databaseUrl, paydeck } = await startSmallPaydeck(stage, running);
    const settles = running.use(startHttpLoad());
    const db = openDatabase({ url: databaseUrl, deadlineMs: 60_000 });
    running.defer(() => db.close());
    const client = postgres(databaseUrl, { max: 1 });
    running.defer(() => client.end());
    const read = readLists(instruments, paydeck);
    await read(rhythm.warmUpSeconds);
    const quiet: number[] = [];
    const waiting: number[] = [];
    const arrivals: number[] = [];
    const answers: LoadAnswer[] = [];
    for (let round = 0; round < rhythm.rounds; round += 1) {
      rhythm.signal.throwIfAborted();
      quiet.push(...(await timesWhenQuiet(rhythm.seconds, read)));
      const ids = await insertPending(db, sizes.small);
      const log = await holdLog(client);
      const flood = await settles.flood({
        url: paydeck.url,
        requests: ids.length,
        connections,
        calls: [settle(paydeck, ids)],
      });
      // The server reads requests in the order in which they came, so these are answered when the settles have arrived.
      arrivals.push(...(await read(0.01)).timesMs);
      waiting.push(...(await timesWhenQuiet(rhythm.seconds, read)));
      await log.release();
      const answered = flood.answered();
      waiting.push(...(await timesWhile(answered, read)));
      answers.push(await answered);
    }
    const refused = answers.reduce((sum, answer) => sum + refusals(answer), 0);
    const [quietP99, waitingP99] = [percentile(quiet, 0.99), percentile(waiting, 0.99)];
    return {
      row: 'settle-waiting',
      work: `lists by ${readers} clients while ${numberText(sizes.small)} settles wait, and until they are answered`,
      sides: [],
      goals: [atMost(2, '×', 'the p99 of a quiet server', waitingP99 / quietP99)],
      notes: [
        `p99: ${quietP99.toFixed(0)} ms quiet, ${waitingP99.toFixed(0)} ms while the settles wait.`,
        `A list that came right after the settles took up to ${Math.max(...arrivals).toFixed(0)} ms.`,
        `Settles refused: ${numberText(refused)}.`,
      ],
    };
  },
};

/** Takes the log's lock, for which every write waits. */
async function holdLog(client: postgres.Sql): Promise<{ release(): Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const transaction = client.begin(async (sql) => {
    await sql`select paydeck_lock_log()`;
    held.resolve();
    await released.promise;
  });
  transaction.catch(held.reject);
  await held.promise;
  return {
    release: async () => {
      released.resolve();
      await transaction;
    },
  };
}
