import { type EveryPaymentField, type RouterOutputs, withIdempotencyKey } from '@paydeck/client';
import {
  paymentMethods,
  paymentStatuses,
  type SettledStatus,
  settledStatuses,
} from '@paydeck/contract/payments';
import { type Command, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import {
  addFilterOptions,
  currencyOrDefault,
  type FilterOptions,
  filterDaysRule,
  parseAmountOption,
  readFilter,
} from '../options/filter-options.ts';
import { parseId, parseIdempotencyKey, parseInteger } from '../options/option-values.ts';
import {
  formatInstant,
  formatMoney,
  print,
  printFields,
  printJson,
  printJsonLines,
  printTable,
} from '../output/output.ts';
import { paymentJson } from '../output/payment-json.ts';
import { formatCount } from '../output/progress.ts';
import { addConnectionOptions, type ConnectionOptions, withClient } from '../session/connect.ts';

type Payment = RouterOutputs['payments']['byId'];

const keyOption = () =>
  new Option(
    '--idempotency-key <key>',
    'for a day, repeating the command with the same key has no further effect',
  ).argParser(parseIdempotencyKey);
const callOptions = ({ idempotencyKey }: { idempotencyKey?: string }) =>
  idempotencyKey === undefined ? undefined : withIdempotencyKey(idempotencyKey);

/** `paydeck payments list`, `get`, `create`, `set-status` and `correct`. */
export function addPaymentCommands(payments: Command): void {
  const listCommand = payments
    .command('list')
    .description('list payments, newest first')
    .option('--page <n>', 'number of the page', parseInteger({ min: 1, max: 1_000_000_000 }), 1)
    .option('--limit <n>', 'payments per page, at most 100', parseInteger({ min: 1, max: 100 }), 10);
  addConnectionOptions(addFilterOptions(listCommand))
    .addHelpText(
      'after',
      `${filterDaysRule}

--json prints one JSON document per line. To get all payments, use \`paydeck payments export\`.

Examples:
  $ paydeck payments list
  $ paydeck payments list --status failed,pending --from 7d --search ltd
  $ paydeck payments list --currency EUR --min-amount 1000.00 --limit 100 --json`,
    )
    .action(list);

  const getCommand = payments
    .command('get')
    .description('show a payment')
    .argument('<id>', 'id of the payment', parseId)
    .option('--history', 'also show who recorded it, and who changed what');
  addConnectionOptions(getCommand)
    .addHelpText('after', '\nExamples:\n  $ paydeck payments get 0199e0c4-… --history')
    .action(get);

  const createCommand = payments
    .command('create')
    .description('record a payment')
    .requiredOption('--amount <amount>', 'in major units, such as 12.34')
    .option('--currency <code>', 'ISO 4217 code (default: the default currency of the server)')
    .addOption(new Option('--method <name>', 'payment method').choices(paymentMethods).makeOptionMandatory())
    .requiredOption('--receiver <name>', 'who gets the money')
    .addOption(new Option('--status <name>', 'status').choices(paymentStatuses).default('pending'))
    .option('--description <text>', 'what the payment is for')
    .option('--failure-code <code>', 'why it failed, as a code such as card_declined')
    .option('--failure-message <text>', 'why it failed, in words')
    .addOption(keyOption());
  addConnectionOptions(createCommand)
    .addHelpText(
      'after',
      `
Examples:
  $ paydeck payments create --amount 49.90 --method credit_card --receiver "Corner Bookshop"
  $ paydeck payments create --amount 500 --currency JPY --method bank_transfer --receiver Sato \\
      --description "Order 1042" --idempotency-key order-1042`,
    )
    .action(create);

  const setStatusCommand = payments
    .command('set-status')
    .description('settle a pending payment')
    .argument('<id>', 'id of the payment', parseId)
    .addArgument(payments.createArgument('<status>', 'new status').choices(settledStatuses))
    .option('--failure-code <code>', 'why it failed, as a code such as card_declined')
    .option('--failure-message <text>', 'why it failed, in words')
    .addOption(keyOption());
  addConnectionOptions(setStatusCommand)
    .addHelpText(
      'after',
      `
Examples:
  $ paydeck payments set-status 0199e0c4-… success
  $ paydeck payments set-status 0199e0c4-… failed --failure-code card_declined`,
    )
    .action(setStatus);

  const correctCommand = payments
    .command('correct')
    .description('correct the receiver or the description of a payment; its history keeps the old one')
    .argument('<id>', 'id of the payment', parseId)
    .option('--receiver <name>', 'who gets the money')
    .option('--description <text>', 'what the payment is for; an empty text removes it')
    .addOption(keyOption());
  addConnectionOptions(correctCommand)
    .addHelpText(
      'after',
      `
Examples:
  $ paydeck payments correct 0199e0c4-… --receiver "Corner Bookshop"
  $ paydeck payments correct 0199e0c4-… --description ""`,
    )
    .action(correct);
}

const list = (options: ConnectionOptions & FilterOptions & { page: number; limit: number }) =>
  withClient(options, async (client) => {
    const { page, limit } = options;
    const filter = await readFilter(client, options);
    const found = await client.api.payments.list.query({ filter, page, limit });
    if (options.json) return printJsonLines(found.items.map(paymentJson));
    printPage(found, page);
    if (found.searchedTo === undefined) return;
    // `--to` is exclusive, and other payments may have been created in the same millisecond.
    const further = new Date(found.searchedTo.getTime() + 1).toISOString();
    print(
      `Searched payments since ${formatInstant(found.searchedTo)}. Search further back with --to ${further}.`,
    );
  });

function printPage(found: RouterOutputs['payments']['list'], page: number): void {
  const total = `${found.totalIsExact ? '' : 'at least '}${formatCount(found.total)}`;
  if (found.items.length === 0) {
    const last = `The last of ${total} payments is on page ${formatCount(found.totalPages)}`;
    print(found.total === 0 ? 'No payments match.' : `There is no page ${formatCount(page)}. ${last}.`);
    return;
  }
  printTable(
    ['id', 'created', { name: 'amount', align: 'right' }, '', 'method', 'status', 'receiver', 'description'],
    found.items.map(({ id, createdAt, amountMinor, currency, method, status, failureCode, ...texts }) => [
      id,
      formatInstant(createdAt),
      formatMoney(amountMinor, currency),
      currency,
      method,
      failureCode === null ? status : `${status} (${failureCode})`,
      texts.receiver,
      texts.description,
    ]),
  );
  print(`${found.items.length} of ${total}; page ${formatCount(page)} of ${formatCount(found.totalPages)}`);
}

const get = (id: string, options: ConnectionOptions & { history?: true }) =>
  withClient(options, async (client) => {
    const [payment, history] = await Promise.all([
      client.api.payments.byId.query({ id }),
      options.history ? client.api.payments.history.query({ id }) : null,
    ]);
    if (options.json) return printJson({ ...paymentJson(payment), ...(history && { history }) });
    printPayment(payment);
    if (history === null) return;
    print('');
    printTable(
      ['when', 'who', 'what'],
      history.map(({ at, by, type, changes }) => [
        formatInstant(at),
        by === null
          ? null
          : by.apiKeyName === null
            ? by.username
            : `${by.username}, API key “${by.apiKeyName}”`,
        type === 'created'
          ? 'created'
          : Object.entries(changes)
              .map(([field, change]) => `${field}: ${change?.from ?? '–'} → ${change?.to ?? '–'}`)
              .join('; '),
      ]),
    );
  });

type CreateOptions = ConnectionOptions &
  Partial<EveryPaymentField> &
  Pick<EveryPaymentField, 'method' | 'receiver'> & {
    amount: string;
    idempotencyKey?: string;
  };

const create = (options: CreateOptions) =>
  withClient(options, async (client) => {
    const currency = await currencyOrDefault(client, options.currency);
    const fields: EveryPaymentField = {
      amountMinor: parseAmountOption('--amount', options.amount, currency),
      currency,
      method: options.method,
      status: options.status,
      receiver: options.receiver,
      description: options.description,
      failureCode: options.failureCode,
      failureMessage: options.failureMessage,
    };
    const payment = await client.api.payments.create.mutate(fields, callOptions(options));
    if (options.json) printJson(paymentJson(payment));
    else printPayment(payment);
  });

type SetStatusOptions = ConnectionOptions & {
  failureCode?: string;
  failureMessage?: string;
  idempotencyKey?: string;
};

const setStatus = (id: string, status: SettledStatus, options: SetStatusOptions) =>
  withClient(options, async (client) => {
    const { failureCode, failureMessage } = options;
    const payment = await client.api.payments.update.mutate(
      { id, status, failureCode, failureMessage },
      callOptions(options),
    );
    if (options.json) printJson(paymentJson(payment));
    else printPayment(payment);
  });

type CorrectOptions = ConnectionOptions & {
  receiver?: string;
  description?: string;
  idempotencyKey?: string;
};

const correct = (id: string, options: CorrectOptions) =>
  withClient(options, async (client) => {
    const { receiver, description } = options;
    if (receiver === undefined && description === undefined) {
      throw new CommandError(
        'payments correct must have --receiver or --description.',
        'Add the corrected text, such as --receiver "Ada Books".',
        { exitCode: exitCodes.usage },
      );
    }
    const payment = await client.api.payments.update.mutate(
      { id, receiver, description: description === '' ? null : description },
      callOptions(options),
    );
    if (options.json) printJson(paymentJson(payment));
    else printPayment(payment);
  });

function printPayment(payment: Payment): void {
  const { amountMinor, currency } = payment;
  const isFailed = payment.status === 'failed';
  /** The name and the text of each field, in the order in which they are printed; null for one that is not printed. */
  const lines: Record<Exclude<keyof Payment, 'currency'>, [string, string | null] | null> = {
    id: ['id', payment.id],
    amountMinor: ['amount', `${formatMoney(amountMinor, currency)} ${currency}`],
    method: ['method', payment.method],
    status: ['status', payment.status],
    receiver: ['receiver', payment.receiver],
    description: ['description', payment.description],
    failureCode: isFailed ? ['failure code', payment.failureCode] : null,
    failureMessage: isFailed ? ['failure message', payment.failureMessage] : null,
    createdAt: ['created', formatInstant(payment.createdAt)],
    updatedAt: ['updated', formatInstant(payment.updatedAt)],
  };
  printFields(Object.fromEntries(Object.values(lines).filter((line) => line !== null)));
}
