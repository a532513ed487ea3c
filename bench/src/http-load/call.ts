import { randomUUID } from 'node:crypto';
import { samplePayment } from '../writes/sample-payment.ts';

/**
 * A request that the load repeats. Both texts may contain marks, which are replaced in each request:
 * - `{payment}`: the next sample payment, as JSON.
 * - `{payments}`: as JSON, an array of the next `paymentsPerCall` sample payments.
 * - `{id}`: the next of `ids`.
 */
export type Call = {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path and query. */
  path: string;
  body?: string;
  token?: string;
  /** Whether each request has its own idempotency key. */
  hasIdempotencyKey?: boolean;
  paymentsPerCall?: number;
  ids?: readonly string[];
};

export class IdsUsedUpError extends Error {
  override readonly name = 'IdsUsedUpError';
}

/** Makes the texts of a call's requests, head and body. Throws `IdsUsedUpError` when there is no id left. */
export function requestTexts(call: Call, host: string): () => string {
  const { method, path, body, token, hasIdempotencyKey = false, paymentsPerCall = 1, ids = [] } = call;
  const headers = [`Host: ${host}`];
  if (token !== undefined) headers.push(`Authorization: Bearer ${token}`);
  if (body !== undefined) headers.push('Content-Type: application/json');
  const head = headers.join('\r\n');
  const isConstant = !/\{(payments?|id)\}/.test(path + (body ?? ''));
  let nextPayment = 0;
  let nextId = 0;

  const payment = () => {
    nextPayment += 1;
    return JSON.stringify(samplePayment(nextPayment));
  };
  const fill = (text: string) =>
    text.replace(/\{(payment|payments|id)\}/g, (_mark, name: string) => {
      if (name === 'payment') return payment();
      if (name === 'payments') return `[${Array.from({ length: paymentsPerCall }, payment).join(',')}]`;
      const id = ids[nextId];
      if (id === undefined) throw new IdsUsedUpError(`All ${ids.length} ids are used up.`);
      nextId += 1;
      return id;
    });
  const make = (filledPath: string, filledBody: string | undefined) => {
    const key = hasIdempotencyKey ? `Idempotency-Key: ${randomUUID()}\r\n` : '';
    const start = `${method} ${filledPath} HTTP/1.1\r\n${head}\r\n${key}`;
    if (filledBody === undefined) return `${start}\r\n`;
    return `${start}Content-Length: ${Buffer.byteLength(filledBody)}\r\n\r\n${filledBody}`;
  };
  if (!isConstant) return () => make(fill(path), body === undefined ? undefined : fill(body));
  const constant = make(path, body);
  return hasIdempotencyKey ? () => make(path, body) : () => constant;
}
