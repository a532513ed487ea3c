import type { RouterOutputs } from '@paydeck/client';
import { formatAmount } from '@paydeck/contract/money';
import type { Command } from 'commander';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../interruption.ts';
import { addFilterOptions, type FilterOptions, readFilter } from '../options/filter-options.ts';
import { parseInteger } from '../options/option-values.ts';
import { formatInstant, plain, print, printJsonLine } from '../output/output.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type TailOptions = ConnectionOptions & FilterOptions & { since?: number; count?: number };
type Payment = RouterOutputs['payments']['byId'];

const note = (text: string) => void process.stderr.write(`${text}\n`);

/** `paydeck payments tail`. */
export function addTailCommand(payments: Command): void {
  addConnectionOptions(
    addFilterOptions(payments.command('tail').description('print payments as they come and change')),
  )
    .option(
      '--since <position>',
      'from there on: the position of an event, or asOf of a list, an export or stats',
      parseInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .option('--count <n>', 'end after so many', parseInteger({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    .addHelpText(
      'after',
      `
Until Ctrl-C. Each event is printed once, also when the connection was lost, or the server was restarted, meanwhile. An
event says what it did to what matches: a payment entered, was updated, or left. When the server no longer has all events
since the position, that is said, and the numbers have to be read anew: in JSON as {"type":"reset"}.

Examples:
  $ paydeck payments tail --status failed
  $ paydeck payments tail --json | jq -r .payment.receiver
  $ paydeck payments tail --since 4711 --json >> events.jsonl`,
    )
    .action(tail);
}

const tail = (options: TailOptions) =>
  withClient(options, async (client) => {
    using interruption = listenForInterruption();
    const { signal } = interruption;
    const filter = await readFilter(client, options);
    // Also with --since: it says now whether the server is there, and lets this user in.
    const { asOf } = await client.api.payments.list.query({ filter, limit: 1 });
    let position = options.since ?? asOf;
    let left = options.count ?? Number.POSITIVE_INFINITY;
    client.connection.subscribe(() => {
      if (client.connection.state === 'offline') note('The connection is lost; trying again.');
    });

    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve());
      client.api.payments.onChange.subscribe(
        { filter, lastEventId: position },
        {
          signal,
          onError: reject,
          onData: ({ id, data }) => {
            const isReset = data.type === 'reset';
            if (left === 0 || (!isReset && Number(id) <= position)) return;
            position = Number(id);
            if (options.json) printJsonLine({ position, ...data });
            else if (isReset) note(`Events are missing: the server no longer has those before ${position}.`);
            else printEvent(position, data);
            if (!isReset) left -= 1;
            if (left === 0) resolve();
          },
        },
      );
    });
    if (signal.aborted && options.count !== undefined) process.exitCode = exitCodes.interrupted;
  });

function printEvent(position: number, event: { membership: string; at: Date; payment: Payment }): void {
  const { id, amountMinor, currency, method, status, receiver } = event.payment;
  const amount = `${formatAmount(amountMinor, currency)} ${currency}`;
  print(
    [
      position,
      formatInstant(event.at),
      event.membership.padEnd(7),
      id,
      amount.padStart(14),
      method,
      status,
      plain(receiver),
    ]
      .map(String)
      .join('  '),
  );
}
