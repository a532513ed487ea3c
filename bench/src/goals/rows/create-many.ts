import { randomUUIDv7 } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import { callsPerSecond } from '../../measure.ts';
import { samplePayment } from '../../writes/sample-payment.ts';
import { createMany } from '../calls.ts';
import { atLeast, numberText, ratePercent } from '../row.ts';
import { httpSide, measureCpu, measureSides, type Side } from '../sides.ts';
import type { Row, Stage } from '../stage.ts';
import { startSmallPaydeckAndBare } from './small-servers.ts';

const clients = 2;
const paymentsPerCall = 1_000;

export const createManyRow: Row = {
  title: 'createMany of 1,000',
  belongsTo: 'quick',
  measure: async (stage) => {
    const { instruments, rhythm } = stage;
    await using running = new AsyncDisposableStack();
    const { databaseUrl, paydeck } = await startSmallPaydeckAndBare(stage, running);
    const client = postgres(databaseUrl, { max: clients });
    running.defer(() => client.end());
    const measured = await measureSides(
      [
        perPayment(
          httpSide('Paydeck', instruments, paydeck, {
            clients,
            calls: [createMany(paydeck, paymentsPerCall)],
          }),
        ),
        perPayment(copySide(client, stage)),
      ],
      rhythm,
    );
    const ratio = ratePercent(measured, 'Paydeck', 'COPY');
    return {
      row: 'create-many',
      work: `${clients} clients; COPY writes ${numberText(paymentsPerCall)} rows per commit into a copy of the table with the same indexes; rates are payments, CPU is per ${numberText(paymentsPerCall)}`,
      sides: measured,
      goals: [atLeast(70, '%', 'of COPY', ratio)],
    };
  },
};

/** Counts payments per second instead of calls. The costs stay those of a call. */
const perPayment = ({ name, measure }: Side): Side => ({
  name,
  measure: async (seconds) => {
    const sample = await measure(seconds);
    return { ...sample, perSecond: sample.perSecond * paymentsPerCall };
  },
});

/** COPY through the driver, from the process of the benchmark. */
function copySide(client: postgres.Sql, { instruments: { postmaster } }: Stage): Side {
  const copy = async () => {
    const rows = Array.from({ length: paymentsPerCall }, (_, n) => copyRow(n));
    const stream = await client`
      copy payments_copy (id, amount_minor, currency, method, status, receiver, description, created_at, updated_at)
      from stdin`.writable();
    await pipeline([rows.join('')], stream);
  };
  return {
    name: 'COPY',
    measure: (seconds) =>
      measureCpu({ server: process.pid, postmaster }, async () => {
        const perSecond = await callsPerSecond({ clients, seconds }, copy);
        return { calls: perSecond * seconds, perSecond };
      }),
  };
}

function copyRow(n: number): string {
  const { amountMinor, currency, method, receiver, description } = samplePayment(n);
  const now = new Date().toISOString();
  return `${[randomUUIDv7(), amountMinor, currency, method, 'success', receiver, description, now, now].join('\t')}\n`;
}
