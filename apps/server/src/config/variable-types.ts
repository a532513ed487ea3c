import proxyAddr from '@fastify/proxy-addr';
import { type AmountLimits, highestLimitMajor } from '@paydeck/contract/amount-limits';
import { currencyRule, isCurrency } from '@paydeck/contract/money';
import { z } from 'zod';
import { anyOrigin } from './any-origin.ts';

/** The types of environment variables. Each message continues the variable's name: "PORT must be …". */

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const durationRule = {
  error: 'must be a duration from 10 seconds to 30 days, such as 15m, 24h or 3600 (seconds)',
};

/** In seconds. */
export const duration = z
  .string()
  .regex(/^\d+[smhd]?$/, durationRule)
  .transform((text) => {
    const unit = z.enum(['s', 'm', 'h', 'd']).safeParse(text.at(-1));
    return Number.parseInt(text, 10) * (unit.success ? seconds[unit.data] : 1);
  })
  .refine((value) => value >= 10 && value <= 30 * 86_400, durationRule);

export const wholeNumber = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
};

export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}` });

export const postgresUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^postgres(ql)?:/.test(text), {
    error: 'must be a URL such as postgresql://user:password@host:5432/paydeck',
  })
  .refine(isPercentEncoded, { error: 'must be percent-encoded: write % as %25' });

/** No `*`: `https://*.example.com` looks like a pattern, and would match no page. */
const isWebUrl = (text: string) => URL.canParse(text) && /^https?:[^*]*$/.test(text);

export const webUrl = z
  .string()
  .refine(isWebUrl, { error: 'must be a URL such as https://dashboard.example.com' });

/** The first segments of the server's own paths. Below one of them, a path would be ambiguous. */
const ownPaths = [
  'api',
  'trpc',
  'assets',
  'health',
  'metrics',
  'payments',
  'users',
  'audit',
  'import',
  'settings',
  'set-password',
];

/**
 * Amounts in major units by currency, such as `VND=100000000000,USD=5000000`. Each must be a whole number that leaves room for
 * exact sums.
 */
export const amountLimits = z.string().transform((text, ctx): AmountLimits => {
  const limits = new Map<string, number>();
  const refuse = (message: string) => void ctx.addIssue({ code: 'custom', message });
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue;
    const [, currency = '', amount = ''] = /^([A-Z]{3})\s*=\s*(\d{1,15})$/i.exec(item) ?? [];
    const code = currency.toUpperCase();
    const limit = Number(amount);
    if (code === '')
      refuse('must list currencies with whole numbers, such as VND=100000000000, separated by commas');
    else if (!isCurrency(code)) refuse(`${currencyRule}, before each =`);
    else if (limits.has(code)) refuse(`must name ${code} once`);
    else if (limit < 1 || limit > highestLimitMajor(code))
      refuse(`must be from 1 to ${highestLimitMajor(code)} for ${code}`);
    else limits.set(code, limit);
  }
  return Object.fromEntries(limits);
});

/** Empty for the root of the host; otherwise it begins with a slash and ends without one. */
export const pathPrefix = z
  .string()
  .transform((text) => text.trim().replace(/\/+$/, ''))
  .refine((path) => path === '' || /^(\/(?!\.{1,2}(\/|$))[\w.~-]+)+$/.test(path), {
    error: 'must be a path such as /pay, of letters, digits and . _ ~ - between its slashes',
  })
  .refine((path) => !ownPaths.includes(path.split('/')[1] ?? ''), {
    error: `must not begin with a path of Paydeck: ${ownPaths.map((name) => `/${name}`).join(', ')}`,
  });

export const origins = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter(Boolean))
  .refine((parts) => parts.every((part) => part === anyOrigin || isWebUrl(part)), {
    error: 'must list full origins, such as https://dashboard.example.com, separated by commas',
  })
  .transform((parts) => parts.map((part) => (part === anyOrigin ? part : new URL(part).origin)));

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Addresses, networks, and the names `loopback`, `linklocal` and `uniquelocal` for those of RFC 6890. */
export const proxies = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter(Boolean))
  .refine(areProxies, {
    error:
      'must list the addresses or networks of your proxies, such as 10.0.0.0/8 or loopback, separated by commas',
  });

/** proxy-addr takes a number for an address: 1, which other servers read as a number of proxies, for 0.0.0.1. */
function areProxies(parts: string[]): boolean {
  if (parts.some((part) => /^\d+$/.test(part))) return false;
  try {
    proxyAddr.compile(parts);
    return true;
  } catch {
    return false;
  }
}
