import type { RouterOutputs } from '@paydeck/client';
import type { Command } from 'commander';
import { exitCodes } from '../errors/exit-codes.ts';
import { listenForInterruption } from '../errors/interruption.ts';
import {
  addFilterOptions,
  type FilterOptions,
  filterDaysRule,
  readFilter,
} from '../options/filter-options.ts';
import { parseInteger } from '../options/option-values.ts';
import { formatInstant, formatMoney, print, printJsonLine, toPlainLine } from '../output/output.ts';
import { paymentJson } from '../output/payment-json.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type TailOptions = ConnectionOptions & FilterOptions & { since?: number; count?: number };
type Payment = RouterOutputs['payments']['byId'];

const note = (text: string) => void process.stderr.write(`${text}\n`);

/** `paydeck payments tail`. */
export function addTailCommand(payments: Command): void {
  const command = payments
    .command('tail')
    .description('print payments as they are recorded and changed')
    .option(
      '--since <position>',
      'start after this position: the position of an event, or the asOf of a list, an export or stats',
      parseInteger({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .option(
      '--count <n>',
      'stop after this many events',
      parseInteger({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    );
  addConnectionOptions(addFilterOptions(command))
    .addHelpText(
      'after',
      `${filterDaysRule}

The command runs until Ctrl-C. It prints each event once, even across a lost connection or a restart of the server. Each
event says what happened to the set of matching payments: a payment entered it, was updated in it, or left it. If the
server no longer has all events since the position, the command says so, with --json as {"type":"reset"}: list the
payments again to get what was missed.

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
    // With --since too, so that a server that is away or refuses this user is reported at once.
    const { asOf } = await client.api.payments.list.query({ filter, limit: 1 });
    let position = options.since ?? asOf;
    let remaining = options.count ?? Number.POSITIVE_INFINITY;
    client.connection.subscribe(() => {
      if (client.connection.state === 'offline') note('The connection was lost. Reconnecting.');
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
            if (remaining === 0 || (!isReset && Number(id) <= position)) return;
            position = Number(id);
            if (options.json)
              printJsonLine({
                position,
                ...(isReset ? data : { ...data, payment: paymentJson(data.payment) }),
              });
            else if (isReset) note(`Events were missed: the server no longer has those before ${position}.`);
            else printEvent(position, data);
            if (!isReset) remaining -= 1;
            if (remaining === 0) resolve();
          },
        },
      );
    });
    if (signal.aborted && options.count !== undefined) process.exitCode = exitCodes.interrupted;
  });

function printEvent(position: number, event: { membership: string; at: Date; payment: Payment }): void {
  const { id, amountMinor, currency, method, status, receiver } = event.payment;
  const amount = `${formatMoney(amountMinor, currency)} ${currency}`;
  print(
    [
      position,
      formatInstant(event.at),
      event.membership.padEnd(7),
      id,
      amount.padStart(14),
      method,
      status,
      toPlainLine(receiver),
    ]
      .map(String)
      .join('  '),
  );
}
