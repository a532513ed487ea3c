import type { PaydeckClient, PaymentFilter } from '@paydeck/client';
import { isKnownCurrency, parseAmount } from '@paydeck/contract/money';
import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../errors/command-error.ts';
import { exitCodes } from '../errors/exit-codes.ts';

export const methods = ['credit_card', 'bank_transfer', 'digital_wallet'] as const;
export const statuses = ['pending', 'success', 'failed'] as const;

/** The values of the options that `addFilterOptions` declares: the one filter, with amounts in major units. */
export type FilterOptions = Pick<
  PaymentFilter,
  'status' | 'method' | 'currency' | 'from' | 'to' | 'search'
> & {
  minAmount?: string;
  maxAmount?: string;
};

/** Declares the one filter; every command that takes it calls its parts the same. */
export function addFilterOptions(command: Command): Command {
  return command
    .option('--status <names>', `of ${statuses.join(', ')}; several with commas`, parseNames(statuses))
    .option('--method <names>', `of ${methods.join(', ')}; several with commas`, parseNames(methods))
    .option('--currency <code>', 'ISO 4217')
    .option('--from <instant>', 'inclusive: a date or an instant, ISO 8601')
    .option('--to <instant>', 'exclusive')
    .option('--min-amount <amount>', 'in major units of --currency, or of the default currency')
    .option('--max-amount <amount>', 'the same')
    .option('--search <text>', 'a part of receiver or description, in any case');
}

function parseNames<T extends string>(known: readonly T[]): (text: string, before: T[] | undefined) => T[] {
  return (text, before = []) => {
    const names = text.split(',').map((name) => {
      const found = known.find((one) => one === name.trim());
      if (found === undefined) throw new InvalidArgumentError(`It must be of ${known.join(', ')}.`);
      return found;
    });
    return [...new Set([...before, ...names])];
  };
}

/** The filter that the options stand for. With bounds of amounts it has a currency: the server's default one if none is named. */
export async function readFilter(client: PaydeckClient, options: FilterOptions): Promise<PaymentFilter> {
  const { status, method, from, to, search, minAmount, maxAmount } = options;
  const isBounded = minAmount !== undefined || maxAmount !== undefined;
  const currency = isBounded ? await currencyOr(client, options.currency) : options.currency;
  const bound = (name: string, text: string | undefined) =>
    text === undefined || currency === undefined ? undefined : minorUnits(name, text, currency);
  const minAmountMinor = bound('--min-amount', minAmount);
  const maxAmountMinor = bound('--max-amount', maxAmount);
  return {
    ...(status && { status }),
    ...(method && { method }),
    ...(currency !== undefined && { currency }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(minAmountMinor !== undefined && { minAmountMinor }),
    ...(maxAmountMinor !== undefined && { maxAmountMinor }),
    ...(search !== undefined && { search }),
  };
}

/** The currency that was named, or the server's default one. */
export async function currencyOr(client: PaydeckClient, named: string | undefined): Promise<string> {
  if (named !== undefined) return named.toUpperCase();
  return (await client.api.stats.revenue.query({ interval: 'month' })).currency;
}

/** An amount of the command line in minor units. */
export function minorUnits(name: string, text: string, currency: string): number {
  const minor = isKnownCurrency(currency) ? parseAmount(text, currency) : null;
  if (minor !== null) return minor;
  throw new CommandError(`${name} ${text} is no amount of ${currency}.`, 'Write it as in 12.34.', {
    exitCode: exitCodes.usage,
  });
}
