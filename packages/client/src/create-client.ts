import type { AppRouter } from '@paydeck/api/router';
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  type Operation,
  splitLink,
  type TRPCLink,
} from '@trpc/client';
import { callLink } from './calls/call-link.ts';
import { isUnauthorized } from './errors.ts';
import { openLiveConnection } from './live/live-connection.ts';
import { subscriptionLink } from './live/subscription-link.ts';
import { watchPayments } from './live/watch-payments.ts';
import type { ClientOptions, PaydeckClient } from './paydeck-client.ts';
import { createApiKeySession } from './session/api-key-session.ts';
import { createAuthRequests } from './session/auth-requests.ts';
import { cookieTokenStore } from './session/cookie-session.ts';
import { createPasswordConfirmation } from './session/password-confirmation.ts';
import { attemptOfBrowser, attemptOfStore } from './session/refresh-attempt.ts';
import { createSession } from './session/session.ts';
import { memoryTokenStore, type Tokens } from './session/tokens.ts';
import { callHeaders } from './transport/call-headers.ts';
import { fetchWithDeadline } from './transport/fetch-with-deadline.ts';
import { transformer } from './transport/transformer.ts';

/**
 * The typed client of a Paydeck server, for browsers and scripts. It refreshes its access token, retries calls that are
 * safe to repeat, and resumes subscriptions after a lost connection without missing an event. Throws `TypeError` for a
 * URL that is not absolute.
 */
export function createClient(options: ClientOptions): PaydeckClient {
  const url = trpcUrl(options.url);
  const closing = new AbortController();
  const closed = closing.signal;
  const usesCookie = options.session === 'cookie';
  const { fetch: plainFetch = globalThis.fetch, deadlineMs = 30_000 } = options;
  const fetch = fetchWithDeadline(plainFetch, deadlineMs);

  const headers = ({ op }: { op: Operation }) => callHeaders(op.context);
  const singleLink = httpLink<AppRouter>({ url, transformer, fetch, headers });
  const batchLink = httpBatchLink<AppRouter>({
    url,
    transformer,
    fetch,
    maxItems: 10,
    maxURLLength: 8_000,
    headers: ({ opList }) => callHeaders(opList[opList.length - 1]?.context ?? {}),
  });

  const givenStore = options.tokens ?? memoryTokenStore();
  const attempt = usesCookie
    ? attemptOfBrowser(undefined, basePathOf(options.url))
    : attemptOfStore(givenStore);
  const auth = createAuthRequests({ url, fetch: plainFetch, deadlineMs, usesCookie, attempt, closed });
  const tokenStore = usesCookie ? cookieTokenStore(() => auth.refresh('')) : givenStore;
  const session =
    options.apiKey === undefined
      ? createSession(tokenStore, auth.refresh)
      : createApiKeySession(options.apiKey);
  const openLive = options.live ?? openLiveConnection;
  const live = openLive(
    {
      url,
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      newestPosition: async () => (await api.payments.list.query({ limit: 1 })).asOf,
      streamTicket: async () => (await api.auth.streamTicket.query()).ticket,
    },
    session,
    closed,
  );
  session.user.subscribe(live.restart);

  const confirmation = createPasswordConfirmation(options.confirmPassword, (password) =>
    api.auth.confirmPassword.mutate({ password }),
  );
  const subscriptions: TRPCLink<AppRouter>[] = [subscriptionLink(live, closed), live.link];
  const calls: TRPCLink<AppRouter>[] = [
    callLink(session, confirmation, closed),
    splitLink({ condition: (op) => op.type === 'query', true: batchLink, false: singleLink }),
  ];
  const api = createTRPCClient<AppRouter>({
    links: [splitLink({ condition: (op) => op.type === 'subscription', true: subscriptions, false: calls })],
  });

  const startSession = async (request: () => Promise<Tokens>) => {
    if (options.apiKey !== undefined) throw new TypeError('A client with an API key must not sign in.');
    const tokens = await request();
    await session.replace(tokens);
    return tokens.user;
  };

  const close = async () => {
    closing.abort(new DOMException('The client was closed.', 'AbortError'));
    await live.close();
  };

  return {
    url: options.url,
    api,
    watchPayments: (input, watch) => watchPayments(api, input, watch),
    signIn: (credentials) => startSession(() => auth.login(credentials)),
    verifySecondFactor: (answer) => startSession(() => auth.verifySecondFactor(answer)),
    signOut: async () => {
      const tokens = await session.load();
      await session.replace(null);
      if (tokens === null) return { endedOnServer: true };
      return auth.logout(tokens).then(
        () => ({ endedOnServer: true }),
        (error) => ({ endedOnServer: isUnauthorized(error) }),
      );
    },
    accessToken: async () => {
      await session.fresh();
      return session.current()?.accessToken ?? null;
    },
    session: {
      get user() {
        return session.user.get();
      },
      load: async () => (await session.load())?.user ?? null,
      subscribe: session.user.subscribe,
    },
    connection: {
      get state() {
        return live.state.get();
      },
      subscribe: live.state.subscribe,
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Throws `TypeError` for a URL that is not absolute. */
function trpcUrl(base: string): string {
  const url = new URL(base);
  url.pathname = `${basePathOf(base)}/trpc`;
  return url.href;
}

/** Empty for a server at the root of its host. */
const basePathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, '');
