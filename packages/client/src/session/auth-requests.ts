import type { AppRouter } from '@paydeck/api/router';
import { createTRPCClient, httpLink, type Operation } from '@trpc/client';
import { reasonOf } from '../errors.ts';
import type { RouterInputs, RouterOutputs } from '../router-types.ts';
import { callHeaders } from '../transport/call-headers.ts';
import { fetchWithDeadline } from '../transport/fetch-with-deadline.ts';
import { retryThroughRestart } from '../transport/retry.ts';
import { transformer } from '../transport/transformer.ts';
import { cookieSessionHeader, oneTabAtATime } from './cookie-session.ts';
import type { RefreshAttempt } from './refresh-attempt.ts';
import type { Tokens } from './tokens.ts';

/** Shorter than that of other calls, which wait for it. After a lost answer the server gives the same one again. */
const refreshDeadlineMs = 10_000;

export type AuthRequests = {
  login(credentials: RouterInputs['auth']['login']): Promise<Tokens>;
  /** Completes a sign-in that was refused with `second_factor_required`. */
  verifySecondFactor(answer: RouterInputs['auth']['verifySecondFactor']): Promise<Tokens>;
  /** With `usesCookie` the cookie's token is used instead of the argument. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the session of these tokens on the server. Refreshes the access token first when it has expired. */
  logout(tokens: Tokens): Promise<void>;
};

/** Signs in, refreshes and signs out. These requests do not go through the session, since they create and end it. */
export function createAuthRequests({
  url,
  fetch,
  deadlineMs,
  usesCookie,
  attempt,
  closed,
}: {
  url: string;
  fetch: typeof globalThis.fetch;
  deadlineMs: number;
  /** The server keeps the refresh token in a cookie that all tabs of the browser share. */
  usesCookie: boolean;
  attempt: RefreshAttempt;
  closed: AbortSignal;
}): AuthRequests {
  const headers = ({ op }: { op: Operation }) => ({
    ...callHeaders(op.context),
    ...(usesCookie && cookieSessionHeader),
  });
  const authWithin = (ms: number) => {
    const link = httpLink<AppRouter>({ url, transformer, fetch: fetchWithDeadline(fetch, ms), headers });
    return createTRPCClient<AppRouter>({ links: [link] }).auth;
  };
  const auth = authWithin(deadlineMs);
  const promptAuth = authWithin(Math.min(deadlineMs, refreshDeadlineMs));
  const inTurn = <T>(send: () => Promise<T>): Promise<T> => (usesCookie ? oneTabAtATime(send) : send());

  const refresh = async (refreshToken: string) => {
    const input = usesCookie ? {} : { refreshToken };
    const send = () =>
      inTurn(async () => {
        const context = { idempotencyKey: await attempt.key() };
        return promptAuth.refresh.mutate(input, { signal: closed, context });
      });
    const answer = await retryThroughRestart(send, closed);
    attempt.done();
    return toTokens(answer);
  };
  // In turn, because the answer clears the cookie: it must not clear the cookie of a later sign-in.
  const endSession = (accessToken: string) =>
    inTurn(() => promptAuth.logout.mutate(undefined, { signal: closed, context: { accessToken } }));

  return {
    login: async (credentials) =>
      toTokens(await inTurn(() => auth.login.mutate(credentials, { signal: closed }))),
    verifySecondFactor: async (answer) =>
      toTokens(await inTurn(() => auth.verifySecondFactor.mutate(answer, { signal: closed }))),
    refresh,
    logout: async ({ accessToken, refreshToken }) => {
      try {
        await endSession(accessToken);
      } catch (error) {
        if (reasonOf(error) !== 'token_expired') throw error;
        await endSession((await refresh(refreshToken)).accessToken);
      }
    },
  };
}

function toTokens({ expiresAt, ...tokens }: RouterOutputs['auth']['login']): Tokens {
  return { ...tokens, expiresAt: expiresAt.toISOString() };
}
