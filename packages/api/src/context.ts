import type { Database } from '@paydeck/db/connection';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { Actor } from './auth/actor.ts';
import type { Passwords } from './auth/passwords.ts';
import type { SessionCache } from './auth/session-cache.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { LiveLog } from './live/live-log.ts';
import type { PaymentChange } from './payments/on-change.ts';
import type { PaymentWriter } from './payments/payment-writer.ts';
import type { ApiSettings } from './settings.ts';
import type { StatsFeed } from './stats/stats-feed.ts';
import type { UserActivity } from './users/on-activity.ts';

/** What lives as long as the process; made by `createServices`. */
export type Services = {
  db: Database;
  settings: ApiSettings;
  liveLog: LiveLog;
  paymentWriter: PaymentWriter;
  paymentFeed: LiveFeed<PaymentChange>;
  activityFeed: LiveFeed<UserActivity>;
  statsFeed: StatsFeed;
  accessTokens: AccessTokens;
  sessionCache: SessionCache;
  passwords: Passwords;
};

/** Where a browser keeps its refresh token out of the reach of scripts. */
export type RefreshTokenCookie = {
  read(): string | null;
  /** Null removes it. */
  write(token: string | null, lifetimeSeconds: number): void;
};

/** What a call works with. On ws it lives as long as the socket, so who calls is asked anew for each call. */
export type Context = Services & {
  requestId: string;
  /** Who calls; rejects with `not_signed_in`, `token_expired`, `token_invalid` or `session_ended`. */
  authenticate(): Promise<Actor>;
  /** The header `idempotency-key` of an HTTP request. */
  idempotencyKey: string | null;
  /** Null for a caller who keeps the refresh token itself. */
  refreshTokenCookie?: RefreshTokenCookie | null | undefined;
  /** Hears that an answer is the one that the first write with this idempotency key gave. */
  onReplay?: (() => void) | undefined;
};

export type SignedInContext = Context & { actor: Actor };
