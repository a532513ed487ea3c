import type { AppRouter } from '@paydeck/api/router';
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  type Operation,
  splitLink,
  type TRPCClient,
  type TRPCLink,
} from '@trpc/client';
import { callHeaders, callLink } from './calls/call-link.ts';
import { transformer } from './calls/transformer.ts';
import { fetchWithDeadline } from './calls/transport.ts';
import { isUnauthorized } from './errors.ts';
import { type ConnectionState, type LiveTransport, openLiveConnection } from './live/live-connection.ts';
import { subscriptionLink } from './live/subscription-link.ts';
import { type PaymentsWatch, watchPayments } from './live/watch-payments.ts';
import type { RouterInputs } from './router-types.ts';
import { createApiKeySession } from './session/api-key-session.ts';
import { createAuthRequests } from './session/auth-requests.ts';
import { cookieTokenStore } from './session/cookie-session.ts';
import { createSession } from './session/session.ts';
import { memoryTokenStore, type SignedInUser, type TokenStore } from './session/tokens.ts';

export type { InputIssue, Reason } from '@paydeck/api/errors';
export { formatAmount, parseAmount } from '@paydeck/contract/money';
export { randomIdempotencyKey, withIdempotencyKey } from './calls/idempotency-key.ts';
export { isRetryable, issuesOf, reasonOf } from './errors.ts';
export { exportQuery } from './export/export-query.ts';
export type { ConnectionState } from './live/live-connection.ts';
export type { PaymentChange, PaymentsWatch } from './live/watch-payments.ts';
export type { PaymentFilter, RouterInputs, RouterOutputs } from './router-types.ts';
export {
  memoryTokenStore,
  parseTokens,
  type SignedInUser,
  type TokenStore,
  type Tokens,
  webTokenStore,
} from './session/tokens.ts';
export type { AppRouter };

export type ClientOptions = {
  /** Where the server is, such as `http://localhost:3000`; `/trpc` is added. */
  url: string;
  /** Default: in memory, so a sign-in lasts as long as the client. */
  tokens?: TokenStore;
  /**
   * `cookie`, for browsers: the server keeps the refresh token in a cookie that no script can read, and the access token
   * is in memory only. A sign-in outlives a reload, is shared by all tabs, and `tokens` is not used.
   */
  session?: 'cookie';
  /** How events come. Default: over one socket; for networks that block those, see `eventStreams`. */
  live?: LiveTransport;
  /** For scripts: calls are made with this API key. There is nobody to sign in or out then. */
  apiKey?: string | undefined;
  /** Default: the platform's. */
  WebSocket?: typeof WebSocket;
  /** Default: the platform's. */
  fetch?: typeof fetch;
  /** How long one HTTP request may take, body included. Default: 30 seconds. */
  deadlineMs?: number;
};

export type PaydeckClient = {
  /** The server's address, as it was given. */
  readonly url: string;
  /** Every procedure of the server: `api.payments.list.query(…)`, `api.payments.onChange.subscribe(…)`. */
  readonly api: TRPCClient<AppRouter>;
  /** A filtered list with everything that happens to it, without a seam between the two. */
  watchPayments(
    input: Parameters<typeof watchPayments>[1],
    watch: PaymentsWatch,
  ): ReturnType<typeof watchPayments>;
  /** Rejects with `invalid_credentials`, or `too_many_requests`; with a TypeError for a client with an API key. */
  signIn(credentials: RouterInputs['auth']['login']): Promise<SignedInUser>;
  /**
   * Forgets the tokens at once, whether or not the server is there, and ends the session on the server too. Resolves
   * to whether that second part is done; if not, the session ends by itself when its refresh token does.
   */
  signOut(): Promise<{ endedOnServer: boolean }>;
  /**
   * For a request of one's own, such as to the REST API, as `Authorization: Bearer`: fresh for some seconds, or the API
   * key. Null when nobody is signed in; rejects as a call would.
   */
  accessToken(): Promise<string | null>;
  readonly session: {
    /** Who is signed in; null also until a token store was read for the first time. */
    readonly user: SignedInUser | null;
    /** Who is signed in, by the token store. */
    load(): Promise<SignedInUser | null>;
    subscribe(listener: () => void): () => void;
  };
  /** What the subscriptions come through. */
  readonly connection: {
    readonly state: ConnectionState;
    subscribe(listener: () => void): () => void;
  };
  /** Ends the socket and all timers: calls under way reject, subscriptions complete, later calls reject. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * The typed client of a Paydeck server, for browsers and scripts. It signs in once and keeps the sign-in fresh, retries
 * what is safe to retry, and brings subscriptions through lost connections without a gap.
 */
export function createClient(options: ClientOptions): PaydeckClient {
  const url = trpcUrl(options.url);
  const closing = new AbortController();
  const closed = closing.signal;
  const byCookie = options.session === 'cookie';
  const { fetch: request = globalThis.fetch, deadlineMs = 30_000 } = options;
  const fetch = fetchWithDeadline(request, deadlineMs);
  const auth = createAuthRequests({ url, fetch: request, deadlineMs, byCookie, closed });

  const headers = ({ op }: { op: Operation }) => callHeaders(op.context);
  const ownRequest = httpLink<AppRouter>({ url, transformer, fetch, headers });
  const sharedRequest = httpBatchLink<AppRouter>({
    url,
    transformer,
    fetch,
    maxItems: 10,
    maxURLLength: 8_000,
    headers: ({ opList }) => callHeaders(opList[opList.length - 1]?.context ?? {}),
  });

  const tokens = byCookie ? cookieTokenStore(() => auth.refresh('')) : (options.tokens ?? memoryTokenStore());
  const session =
    options.apiKey === undefined ? createSession(tokens, auth.refresh) : createApiKeySession(options.apiKey);
  const openLive = options.live ?? openLiveConnection;
  const live = openLive(
    {
      url,
      WebSocket: options.WebSocket ?? globalThis.WebSocket,
      newestPosition: async () => (await api.payments.list.query({ limit: 1 })).asOf,
    },
    session,
    closed,
  );
  session.user.subscribe(live.restart);

  const subscriptions: TRPCLink<AppRouter>[] = [subscriptionLink(live, closed), live.link];
  const calls: TRPCLink<AppRouter>[] = [
    callLink(session, closed),
    splitLink({ condition: (op) => op.type === 'query', true: sharedRequest, false: ownRequest }),
  ];
  const api = createTRPCClient<AppRouter>({
    links: [splitLink({ condition: (op) => op.type === 'subscription', true: subscriptions, false: calls })],
  });

  const close = async () => {
    closing.abort(new DOMException('The client was closed.', 'AbortError'));
    await live.close();
  };

  return {
    url: options.url,
    api,
    watchPayments: (input, watch) => watchPayments(api, input, watch),
    signIn: async (credentials) => {
      if (options.apiKey !== undefined)
        throw new TypeError('A client with an API key has nobody to sign in.');
      const tokens = await auth.login(credentials);
      await session.replace(tokens);
      return tokens.user;
    },
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

/** The URL of tRPC under a server's; throws `TypeError` for what is no absolute URL. */
function trpcUrl(base: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/trpc`;
  return url.href;
}
