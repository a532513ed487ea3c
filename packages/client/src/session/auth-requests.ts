import type { AppRouter } from '@paydeck/api/router';
import { createTRPCClient, httpLink, type Operation } from '@trpc/client';
import { callHeaders } from '../calls/call-link.ts';
import { withRetries } from '../calls/retry.ts';
import { transformer } from '../calls/transformer.ts';
import { fetchWithDeadline } from '../calls/transport.ts';
import { reasonOf } from '../errors.ts';
import type { RouterInputs, RouterOutputs } from '../router-types.ts';
import { cookieSessionHeader, oneTabAtATime } from './cookie-session.ts';
import type { Tokens } from './tokens.ts';

/** Short: a refresh token whose answer got lost can be presented again for a few seconds only. */
const promptMs = 3_000;

export type AuthRequests = {
  login(credentials: RouterInputs['auth']['login']): Promise<Tokens>;
  /** With `byCookie` the token is the cookie's, whatever is given. */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the session of these tokens on the server, for which an access token that has expired is refreshed. */
  logout(tokens: Tokens): Promise<void>;
};

/** The requests that sign in, refresh and sign out: they go past the session that they serve. */
export function createAuthRequests({
  url,
  fetch,
  deadlineMs,
  byCookie,
  closed,
}: {
  url: string;
  fetch: typeof globalThis.fetch;
  deadlineMs: number;
  /** The server keeps the refresh token in a cookie, which the tabs of a browser take turns with. */
  byCookie: boolean;
  closed: AbortSignal;
}): AuthRequests {
  const headers = ({ op }: { op: Operation }) => ({
    ...callHeaders(op.context),
    ...(byCookie && cookieSessionHeader),
  });
  const authWithin = (ms: number) => {
    const link = httpLink<AppRouter>({ url, transformer, fetch: fetchWithDeadline(fetch, ms), headers });
    return createTRPCClient<AppRouter>({ links: [link] }).auth;
  };
  const patient = authWithin(deadlineMs);
  const prompt = authWithin(Math.min(deadlineMs, promptMs));
  const inTurn = <T>(send: () => Promise<T>): Promise<T> => (byCookie ? oneTabAtATime(send) : send());

  const refresh = async (refreshToken: string) => {
    const input = byCookie ? {} : { refreshToken };
    const send = () => inTurn(() => prompt.refresh.mutate(input, { signal: closed }));
    return toTokens(await withRetries(send, closed));
  };
  // Its answer takes the cookie away: not that of whoever signs in meanwhile.
  const endSession = (accessToken: string) =>
    inTurn(() => prompt.logout.mutate(undefined, { signal: closed, context: { accessToken } }));

  return {
    login: async (credentials) =>
      toTokens(await inTurn(() => patient.login.mutate(credentials, { signal: closed }))),
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
