import type { AppRouter } from '@paydeck/api/router';
import { type Operation, type OperationResultEnvelope, TRPCClientError, type TRPCLink } from '@trpc/client';
import { type Observable, observable } from '@trpc/server/observable';
import type { PasswordConfirmation } from '../session/password-confirmation.ts';
import type { Session } from '../session/session.ts';
import { forwardAborts } from '../transport/abort-signals.ts';
import { retryThroughRestart } from '../transport/retry.ts';
import { idempotencyKeyFor } from './idempotency-key.ts';

type CallError = TRPCClientError<AppRouter>;
type Envelope = OperationResultEnvelope<unknown, CallError>;
type Send = (op: Operation) => Promise<Envelope>;

/** Sent without a token, so they neither wait for a refresh nor trigger one. */
const anonymousPaths: ReadonlySet<string> = new Set([
  'auth.login',
  'auth.verifySecondFactor',
  'auth.refresh',
  'passwordLinks.check',
  'passwordLinks.setPassword',
]);

/**
 * Sends queries and mutations with a fresh token, and once more when the server refuses that token, or after the user has
 * confirmed the password that the server asked for. Queries and writes
 * with an idempotency key are retried while the server is away. Aborting a call or closing the client ends it at once.
 */
export function callLink(
  session: Session,
  confirmation: PasswordConfirmation,
  closed: AbortSignal,
): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const call = new AbortController();
        const { signal } = call;
        signal.addEventListener('abort', () => observer.error(TRPCClientError.from(signal.reason)));
        const release = forwardAborts([op.signal, closed], call);

        const send: Send = (authorizedOp) => firstEnvelope(next(authorizedOp), signal);
        const performed = perform(op, send, session, signal).catch(async (error: unknown) => {
          if (!(await confirmation.recover(error))) throw error;
          return perform(op, send, session, signal);
        });
        performed.then(
          (envelope) => {
            observer.next(envelope);
            observer.complete();
          },
          (error) => observer.error(TRPCClientError.from(error)),
        );
        return () => {
          release();
          call.abort();
        };
      });
}

async function perform(op: Operation, send: Send, session: Session, signal: AbortSignal): Promise<Envelope> {
  signal.throwIfAborted();
  if (anonymousPaths.has(op.path)) return send(op);
  await session.fresh();
  signal.throwIfAborted();

  const idempotencyKey = idempotencyKeyFor(op);
  const context = { ...op.context, idempotencyKey };
  const run = () => sendAuthorized({ ...op, context }, send, session, signal);
  return op.type === 'query' || idempotencyKey !== null ? retryThroughRestart(run, signal) : run();
}

async function sendAuthorized(
  op: Operation,
  send: Send,
  session: Session,
  signal: AbortSignal,
): Promise<Envelope> {
  const sendWith = (accessToken: string | null) => send({ ...op, context: { ...op.context, accessToken } });
  const accessToken = session.current()?.accessToken ?? null;
  try {
    return await sendWith(accessToken);
  } catch (error) {
    if (!(await session.recover(accessToken, error))) throw error;
    signal.throwIfAborted();
    return sendWith(session.current()?.accessToken ?? null);
  }
}

function firstEnvelope(source: Observable<Envelope, CallError>, signal: AbortSignal): Promise<Envelope> {
  return new Promise((resolve, reject) => {
    const subscription = source.subscribe({
      next: resolve,
      error: reject,
      complete: () => reject(new Error('The call ended without an answer.')),
    });
    signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  });
}
