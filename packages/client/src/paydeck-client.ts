import type { AppRouter } from '@paydeck/api/router';
import type { TRPCClient } from '@trpc/client';
import type { ConnectionState, LiveTransport } from './live/live-connection.ts';
import type { PaymentsWatch, WatchInput } from './live/watch-payments.ts';
import type { RouterInputs } from './router-types.ts';
import type { ConfirmPassword } from './session/password-confirmation.ts';
import type { SignedInUser, TokenStore } from './session/tokens.ts';

export type ClientOptions = {
  /** The address of the server, such as `http://localhost:3000`, without `/trpc`. */
  url: string;
  /** Default: in memory, so a sign-in lasts as long as the client. */
  tokens?: TokenStore;
  /**
   * `cookie`, for browsers: the server keeps the refresh token in a cookie that no script can read, and the access token
   * stays in memory. The sign-in survives a reload and is shared by all tabs; `tokens` is ignored.
   */
  session?: 'cookie';
  /** The transport of subscriptions. Default: one WebSocket. `eventStreams()` is for networks that block WebSockets. */
  live?: LiveTransport;
  /** For scripts: every call is made with this API key, and `signIn` throws. */
  apiKey?: string | undefined;
  /**
   * Asks the user for the password when the server refuses a call with `confirm_password`: calls that give or take access,
   * more than 5 minutes after the sign-in. The call is then repeated. Default: the call rejects.
   */
  confirmPassword?: ConfirmPassword;
  /** Default: `globalThis.WebSocket`. */
  WebSocket?: typeof WebSocket;
  /** Default: `globalThis.fetch`. */
  fetch?: typeof fetch;
  /** How long one HTTP request may take, body included. Default: 30 seconds. */
  deadlineMs?: number;
};

export type PaydeckClient = {
  /** The server's address, as in the options. */
  readonly url: string;
  /** Every procedure of the server: `api.payments.list.query(…)`, `api.payments.onChange.subscribe(…)`. */
  readonly api: TRPCClient<AppRouter>;
  /** A filtered list, then every change to it. No change between the two is missed. */
  watchPayments(input: WatchInput, watch: PaymentsWatch): { unsubscribe(): void };
  /**
   * Rejects with `invalid_credentials` or `too_many_requests`; with `second_factor_required` for a user who has a second factor
   * (`secondFactorOf` has its challenge); with `TypeError` when the client has an API key.
   */
  signIn(credentials: RouterInputs['auth']['login']): Promise<SignedInUser>;
  /**
   * Completes a sign-in that was rejected with `second_factor_required`. Rejects with `second_factor_invalid`,
   * `too_many_requests` or `challenge_expired`.
   */
  verifySecondFactor(answer: RouterInputs['auth']['verifySecondFactor']): Promise<SignedInUser>;
  /**
   * Forgets the tokens at once, and then ends the session on the server. `endedOnServer` is false when the server could
   * not be reached; the session then ends when its refresh token expires.
   */
  signOut(): Promise<{ endedOnServer: boolean }>;
  /**
   * The API key, or an access token that is valid for some more seconds, for requests that you send yourself, such as to
   * the REST API (`Authorization: Bearer`). Null when nobody is signed in; rejects as a call would.
   */
  accessToken(): Promise<string | null>;
  readonly session: {
    /** The signed-in user; null when nobody is, or when the token store has not been read yet. */
    readonly user: SignedInUser | null;
    /** Reads the token store, if that has not happened yet, and resolves with the signed-in user. */
    load(): Promise<SignedInUser | null>;
    /** Calls the listener whenever `user` changes, until the returned function is called. */
    subscribe(listener: () => void): () => void;
  };
  /** The connection that carries the subscriptions. */
  readonly connection: {
    readonly state: ConnectionState;
    /** Calls the listener whenever `state` changes, until the returned function is called. */
    subscribe(listener: () => void): () => void;
  };
  /** Closes the connection and stops all timers: pending calls reject, subscriptions complete, later calls reject. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};
