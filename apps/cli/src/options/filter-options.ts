import type { PaydeckClient, PaymentFilter } from '@paydeck/client';
import { amountIssue } from '@paydeck/contract/amount-issue';
import { currencyRule, formatAmount, isKnownCurrency, parseAmount } from '@paydeck/contract/money';
import { noFailureCode, paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';
import { formatChoices } from '../output/output.ts';
import { asWritten, parseEnd, parseInstant } from './instants.ts';

/** The values of the options that `addFilterOptions` declares: a filter with amounts in major units. */
export type FilterOptions = Pick<
  PaymentFilter,
  'status' | 'method' | 'currency' | 'failureCode' | 'from' | 'to' | 'search'
> & {
  minAmount?: string;
  maxAmount?: string;
};

const filterOptions = [
  new Option('--status <names>', 'separate several with commas')
    .choices(paymentStatuses)
    .argParser(namesParser(paymentStatuses)),
  new Option('--method <names>', 'separate several with commas')
    .choices(paymentMethods)
    .argParser(namesParser(paymentMethods)),
  new Option(
    '--failure-code <codes>',
    `such as card_declined, or ${noFailureCode} for failed payments without a code; separate several with commas`,
  ).argParser(readCodes),
  new Option('--currency <code>', 'ISO 4217 code, such as EUR'),
  new Option(
    '--from <instant>',
    'created at or after this date, instant (ISO 8601) or age, such as 7d',
  ).argParser(asWritten(parseInstant)),
  new Option(
    '--to <instant>',
    'created until the end of this date, or before this instant (ISO 8601) or age',
  ).argParser(asWritten(parseEnd)),
  new Option('--min-amount <amount>', 'in major units of --currency, or of the default currency without it'),
  new Option('--max-amount <amount>', 'in the same units'),
  new Option('--search <text>', 'text that the receiver or description contains, case-insensitive, or an id'),
];

/** For the help of commands that have no --time-zone. */
export const filterDaysRule = `
The dates of --from and --to are days in UTC. For the days of another zone, write instants with its offset:
--from 2026-03-01T00:00:00+01:00 --to 2026-04-01T00:00:00+02:00 is March in Berlin.`;

/** Declares the options of the filter, which are the same for every command that has them. */
export function addFilterOptions(command: Command): Command {
  for (const option of filterOptions) command.addOption(option.helpGroup('Filter:'));
  return command;
}

/** A parser of some of these names, separated by commas. */
export function namesParser<T extends string>(known: readonly T[]): (text: string, previous?: T[]) => T[] {
  return (text, previous = []) => {
    const names = text.split(',').map((part) => {
      const name = known.find((candidate) => candidate === part.trim());
      if (name === undefined) throw new InvalidArgumentError(`It must be ${formatChoices(known)}.`);
      return name;
    });
    return [...new Set([...previous, ...names])];
  };
}

/** The server checks the codes. */
function readCodes(text: string, previous: string[] = []): string[] {
  return [...previous, ...text.split(',').map((part) => part.trim())];
}

/** The filter of these options. A filter with amounts always has a currency: `--currency`, or the server's default. */
export async function readFilter(client: PaydeckClient, options: FilterOptions): Promise<PaymentFilter> {
  const { status, method, failureCode, from, to, search, minAmount, maxAmount } = options;
  const hasAmounts = minAmount !== undefined || maxAmount !== undefined;
  const currency = hasAmounts ? await currencyOrDefault(client, options.currency) : options.currency;
  const minorUnitsOf = (name: string, text: string | undefined) =>
    text === undefined || currency === undefined ? undefined : parseAmountOption(name, text, currency);
  const minAmountMinor = minorUnitsOf('--min-amount', minAmount);
  const maxAmountMinor = minorUnitsOf('--max-amount', maxAmount);
  return {
    ...(status && { status }),
    ...(method && { method }),
    ...(failureCode && { failureCode }),
    ...(currency !== undefined && { currency }),
    ...(from !== undefined && { from: parseInstant(from) }),
    ...(to !== undefined && { to: parseEnd(to) }),
    ...(minAmountMinor !== undefined && { minAmountMinor }),
    ...(maxAmountMinor !== undefined && { maxAmountMinor }),
    ...(search !== undefined && { search }),
  };
}

/** The currency in upper case; without one, the server's default currency. */
export async function currencyOrDefault(
  client: PaydeckClient,
  currency: string | undefined,
): Promise<string> {
  if (currency !== undefined) return currency.toUpperCase();
  return (await client.api.payments.currencies.query()).default;
}

/** Reads the amount of an option, such as `12.34`, as minor units of the currency. Throws a usage error for other texts. */
export function parseAmountOption(option: string, text: string, currency: string): number {
  const usage = { exitCode: exitCodes.usage };
  if (!isKnownCurrency(currency))
    throw new CommandError(`--currency “${currency}” ${currencyRule}.`, '', usage);
  const amountMinor = parseAmount(text, currency);
  if (amountMinor !== null) return amountMinor;
  const example = formatAmount(1234, currency);
  const problem = `${option} “${text}” is not an amount of ${currency}: ${amountIssue(text, currency)}.`;
  throw new CommandError(problem, `Write it like ${example}.`, usage);
}
