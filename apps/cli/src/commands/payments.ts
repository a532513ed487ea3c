import { type RouterInputs, type RouterOutputs, withIdempotencyKey } from '@paydeck/client';
import { formatAmount } from '@paydeck/contract/money';
import { type Command, Option } from 'commander';
import {
  addFilterOptions,
  currencyOr,
  type FilterOptions,
  methods,
  minorUnits,
  readFilter,
  statuses,
} from '../options/filter-options.ts';
import { parseInteger, parseKey } from '../options/option-values.ts';
import {
  formatInstant,
  print,
  printFields,
  printJson,
  printJsonLines,
  printTable,
} from '../output/output.ts';
import { formatCount } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type Payment = RouterOutputs['payments']['byId'];
type NewPayment = RouterInputs['payments']['create'];

const keyOption = () =>
  new Option('--idempotency-key <key>', 'done once, however often it is sent within a day').argParser(
    parseKey,
  );
const onceWith = (key: string | undefined) => (key === undefined ? undefined : withIdempotencyKey(key));

/** `paydeck payments list`, `get`, `create` and `set-status`. */
export function addPaymentCommands(payments: Command): void {
  addConnectionOptions(addFilterOptions(payments.command('list').description('list payments, newest first')))
    .option('--page <n>', 'which page', parseInteger({ min: 1, max: 1_000_000_000 }), 1)
    .option('--limit <n>', 'payments on a page', parseInteger({ min: 1, max: 100 }), 10)
    .addHelpText(
      'after',
      `
With --json a line of JSON for each payment. For all of them there is \`paydeck payments export\`.

Examples:
  $ paydeck payments list
  $ paydeck payments list --status failed,pending --from 2026-03-01 --search ltd
  $ paydeck payments list --currency EUR --min-amount 1000.00 --limit 100 --json`,
    )
    .action(list);

  addConnectionOptions(payments.command('get').description('show a payment').argument('<id>', 'its id'))
    .option('--history', 'also who recorded it, and who changed what')
    .addHelpText('after', '\nExamples:\n  $ paydeck payments get 0199e0c4-… --history')
    .action(get);

  addConnectionOptions(payments.command('create').description('record a payment'))
    .requiredOption('--amount <amount>', 'in major units, such as 12.34')
    .option('--currency <code>', "ISO 4217 (default: the server's)")
    .addOption(new Option('--method <name>', 'how it is paid').choices(methods).makeOptionMandatory())
    .requiredOption('--receiver <name>', 'who is paid')
    .addOption(new Option('--status <name>', 'how it stands').choices(statuses).default('pending'))
    .option('--description <text>', 'what for')
    .option('--failure-code <code>', 'why it failed, for machines')
    .option('--failure-message <text>', 'why it failed, for people')
    .addOption(keyOption())
    .addHelpText(
      'after',
      `
Examples:
  $ paydeck payments create --amount 49.90 --method credit_card --receiver "Corner Bookshop"
  $ paydeck payments create --amount 500 --currency JPY --method bank_transfer --receiver Sato \\
      --description "Order 1042" --idempotency-key order-1042`,
    )
    .action(create);

  addConnectionOptions(
    payments.command('set-status').description('settle a pending payment').argument('<id>', 'its id'),
  )
    .addArgument(payments.createArgument('<status>', 'how it ended').choices(['success', 'failed']))
    .option('--failure-code <code>', 'why it failed, for machines')
    .option('--failure-message <text>', 'why it failed, for people')
    .addOption(keyOption())
    .addHelpText(
      'after',
      `
Examples:
  $ paydeck payments set-status 0199e0c4-… success
  $ paydeck payments set-status 0199e0c4-… failed --failure-code card_declined`,
    )
    .action(setStatus);
}

const list = (options: ConnectionOptions & FilterOptions & { page: number; limit: number }) =>
  withClient(options, async (client) => {
    const { page, limit } = options;
    const filter = await readFilter(client, options);
    const found = await client.api.payments.list.query({ filter, page, limit });
    if (options.json) return printJsonLines(found.items);
    printTable(
      [
        'id',
        'created',
        { name: 'amount', align: 'right' },
        '',
        'method',
        'status',
        'receiver',
        'description',
      ],
      found.items.map((p) => [
        p.id,
        formatInstant(p.createdAt),
        formatAmount(p.amountMinor, p.currency),
        p.currency,
        p.method,
        p.failureCode === null ? p.status : `${p.status} (${p.failureCode})`,
        p.receiver,
        p.description,
      ]),
    );
    const total = `${found.totalIsExact ? '' : 'more than '}${formatCount(found.total)}`;
    print(`${found.items.length} of ${total}; page ${formatCount(page)} of ${formatCount(found.totalPages)}`);
  });

const get = (id: string, options: ConnectionOptions & { history?: true }) =>
  withClient(options, async (client) => {
    const [payment, history] = await Promise.all([
      client.api.payments.byId.query({ id }),
      options.history ? client.api.payments.history.query({ id }) : null,
    ]);
    if (options.json) return printJson(history === null ? payment : { ...payment, history });
    printPayment(payment);
    if (history === null) return;
    print('');
    printTable(
      ['when', 'who', 'what'],
      history.map(({ at, by, type, changes }) => [
        formatInstant(at),
        by === null ? null : by.apiKeyName === null ? by.username : `${by.username}, by “${by.apiKeyName}”`,
        type === 'created'
          ? 'created'
          : Object.entries(changes)
              .map(([field, change]) => `${field}: ${change?.from ?? '–'} → ${change?.to ?? '–'}`)
              .join('; '),
      ]),
    );
  });

type CreateOptions = ConnectionOptions &
  Pick<
    NewPayment,
    'currency' | 'method' | 'status' | 'receiver' | 'description' | 'failureCode' | 'failureMessage'
  > & {
    amount: string;
    idempotencyKey?: string;
  };

const create = (options: CreateOptions) =>
  withClient(options, async (client) => {
    const currency = await currencyOr(client, options.currency);
    const { method, status, receiver, description, failureCode, failureMessage } = options;
    const amountMinor = minorUnits('--amount', options.amount, currency);
    const payment = await client.api.payments.create.mutate(
      { amountMinor, currency, method, status, receiver, description, failureCode, failureMessage },
      onceWith(options.idempotencyKey),
    );
    if (options.json) printJson(payment);
    else printPayment(payment);
  });

type SetStatusOptions = ConnectionOptions & {
  failureCode?: string;
  failureMessage?: string;
  idempotencyKey?: string;
};

const setStatus = (id: string, status: 'success' | 'failed', options: SetStatusOptions) =>
  withClient(options, async (client) => {
    const { failureCode, failureMessage } = options;
    const payment = await client.api.payments.update.mutate(
      { id, status, failureCode, failureMessage },
      onceWith(options.idempotencyKey),
    );
    if (options.json) printJson(payment);
    else printPayment(payment);
  });

function printPayment({ amountMinor, currency, createdAt, updatedAt, ...rest }: Payment): void {
  const { id, method, status, receiver, description, failureCode, failureMessage } = rest;
  printFields({
    id,
    amount: `${formatAmount(amountMinor, currency)} ${currency}`,
    method,
    status,
    receiver,
    description,
    ...(status === 'failed' && { 'failure code': failureCode, 'failure message': failureMessage }),
    created: formatInstant(createdAt),
    updated: formatInstant(updatedAt),
  });
}
