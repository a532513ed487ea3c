import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { adminCredentials } from '@paydeck/server/testing';
import { z } from 'zod';

/** The outcome of one HTTP request. `unreachable`: there was no answer, such as from a server that was killed. */
export type Answer =
  | { kind: 'ok'; data: unknown; ms: number }
  | { kind: 'refused'; status: number; reason: string; message: string; ms: number }
  | { kind: 'unreachable'; message: string; ms: number };

export type Caller = {
  /** One attempt, without a retry. */
  query(path: string, input: object): Promise<Answer>;
  mutate(path: string, input: object, idempotencyKey: string): Promise<Answer>;
};

const bodySchema = z.union([
  z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) }),
  z.object({
    error: z.object({ json: z.object({ message: z.string(), data: z.object({ reason: z.string() }) }) }),
  }),
]);
const tokensSchema = z.object({ accessToken: z.string(), expiresAt: z.coerce.date() });

/** Keeps clients of an unreachable server or database from using all of the CPU. */
export const repeatDelayMs = 50;
const tokenReserveMs = 5_000;

/** Signs in as the first admin and calls tRPC with plain fetch, so that no client hides a failure. */
export async function signInByFetch(url: string): Promise<Caller> {
  const signedIn = await send(url, 'POST', 'auth.login', adminCredentials, {});
  if (signedIn.kind !== 'ok') throw new Error(`Signing in failed: ${signedIn.message}`);
  const { accessToken } = tokensSchema.parse(signedIn.data);
  return callByFetch(
    () => url,
    async () => accessToken,
  );
}

/**
 * Calls tRPC with plain fetch. Gets the URL and the access token again for each call. A call without an answer after
 * `timeoutMs` counts as unreachable; without `timeoutMs` it waits.
 */
export function callByFetch(
  url: () => string,
  accessToken: () => Promise<string>,
  timeoutMs?: number,
): Caller {
  const authorization = async () => `Bearer ${await accessToken()}`;
  return {
    query: async (path, input) =>
      send(url(), 'GET', path, input, { authorization: await authorization() }, timeoutMs),
    mutate: async (path, input, key) => {
      const headers = { authorization: await authorization(), 'idempotency-key': key };
      return send(url(), 'POST', path, input, headers, timeoutMs);
    },
  };
}

/** Returns a function that gives an access token of the first admin with at least 5 seconds left. */
export function accessTokens(url: () => string): () => Promise<string> {
  let signingIn: Promise<{ accessToken: string; expiresAt: Date }> | null = null;
  const signIn = async () => {
    for (;;) {
      const signedIn = await send(url(), 'POST', 'auth.login', adminCredentials, {});
      if (signedIn.kind === 'ok') return tokensSchema.parse(signedIn.data);
      if (signedIn.kind === 'refused' && signedIn.status !== 503) throw new Error(signedIn.message);
      await delay(repeatDelayMs);
    }
  };
  return async () => {
    for (;;) {
      signingIn ??= signIn();
      const current = signingIn;
      const { accessToken, expiresAt } = await current;
      if (expiresAt.getTime() - Date.now() > tokenReserveMs) return accessToken;
      if (signingIn === current) signingIn = null;
    }
  };
}

/** Sends one call. Without a token, `headers` is empty. */
export async function send(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  input: object,
  headers: Record<string, string>,
  timeoutMs?: number,
): Promise<Answer> {
  const started = performance.now();
  const json = JSON.stringify(input);
  const target = `${url}/trpc/${path}${method === 'GET' ? `?input=${encodeURIComponent(json)}` : ''}`;
  const request =
    method === 'GET'
      ? { method, headers }
      : { method, headers: { ...headers, 'content-type': 'application/json' }, body: json };
  try {
    const signal = timeoutMs === undefined ? null : AbortSignal.timeout(timeoutMs);
    const response = await fetch(target, { ...request, signal });
    const body = bodySchema.parse(await response.json());
    const ms = performance.now() - started;
    if ('result' in body) return { kind: 'ok', data: body.result.data.json, ms };
    const { message, data } = body.error.json;
    return { kind: 'refused', status: response.status, reason: data.reason, message, ms };
  } catch (error) {
    if (error instanceof z.ZodError) throw error;
    return { kind: 'unreachable', message: String(error), ms: performance.now() - started };
  }
}

const paymentSchema = z.object({ id: z.string(), status: z.enum(paymentStatuses) });

export const toPayment = (data: unknown) => paymentSchema.parse(data);
export const toPayments = (data: unknown) =>
  z.object({ payments: z.array(paymentSchema) }).parse(data).payments;

/** A random payment. Its receiver is unique, so a test can find a write that was stored twice. */
export function randomPayment() {
  return {
    amountMinor: 1 + Math.floor(Math.random() * 100_000),
    currency: 'USD',
    method: paymentMethods[Math.floor(Math.random() * paymentMethods.length)],
    status: 'pending',
    receiver: `Receiver ${randomUUID()}`,
  };
}
