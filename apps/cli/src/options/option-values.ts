import { idempotencyKeyPattern, idempotencyKeyRule } from '@paydeck/contract/idempotency-key';
import { isCurrency } from '@paydeck/contract/money';
import type { NonEmpty } from '@paydeck/demo-data/random';
import { InvalidArgumentError } from 'commander';
import { validate as isUuid } from 'uuid';

type Range = { min: number; max: number };

/** Reads a whole number within the range; `1_000_000` and `1e6` are numbers too. */
export function parseInteger({ min, max }: Range): (text: string) => number {
  return (text) => {
    const number = toNumber(text);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** Reads a number within the range. */
export function parseNumber({ min, max }: Range): (text: string) => number {
  return (text) => {
    const number = toNumber(text);
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  };
}

/** Reads `USD` or `USD,EUR`: case-insensitive codes of ISO 4217, without duplicates. */
export function parseCurrencies(text: string): NonEmpty<string> {
  const codes = text.split(',').map((code) => code.trim().toUpperCase());
  const unknown = codes.find((code) => !isCurrency(code));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`It must be ISO 4217 codes, such as USD,EUR. “${unknown}” is not one.`);
  const [first = 'USD', ...rest] = new Set(codes);
  return [first, ...rest];
}

/** Reads an instant of the past, such as `2026-03-01` or `2026-03-01T14:00:00Z`. Without a zone it is in UTC. */
export function parsePastInstant(text: string): Date {
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const hasZone = /(Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T');
  const instant = new Date(hasZone ? text : `${text}Z`);
  if (!isIso || Number.isNaN(instant.getTime()))
    throw new InvalidArgumentError('It must be an ISO 8601 instant, such as 2026-03-01T14:00:00Z.');
  if (instant.getUTCFullYear() < 1990) throw new InvalidArgumentError('It must not be before 1990.');
  if (instant.getTime() > Date.now()) throw new InvalidArgumentError('It must not be in the future.');
  return instant;
}

/** Reads the http(s) address of a server, and drops a slash at its end. */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It must be an http or https address, such as http://localhost:3000.');
}

/** Reads the id of a payment, a session or an API key, all of which are UUIDs. */
export function parseId(text: string): string {
  if (isUuid(text)) return text;
  throw new InvalidArgumentError('It must be a complete id, such as 0199e0c4-6f1d-7b3a-8c2e-5d4f6a7b8c9d.');
}

export function parseIdempotencyKey(text: string): string {
  if (idempotencyKeyPattern.test(text)) return text;
  throw new InvalidArgumentError(`It ${idempotencyKeyRule}.`);
}

function toNumber(text: string): number {
  return /^[\d_]*\.?\d+(e\d+)?$/i.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
}
