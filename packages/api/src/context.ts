import type { Database, WriteHealth } from '@paydeck/db/connection';
import type { AuditTrail } from './audit-log/audit-trail.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { Actor } from './auth/actor.ts';
import type { Caller } from './auth/caller.ts';
import type { DeviceTokens } from './auth/device-tokens.ts';
import type { Passwords } from './auth/passwords.ts';
import type { RefreshTokenCookie } from './auth/refresh-token-cookie.ts';
import type { RefreshTokens } from './auth/refresh-tokens.ts';
import type { SessionCache } from './auth/session-cache.ts';
import type { SignInCrowd } from './auth/sign-in-crowd.ts';
import type { StreamTickets } from './auth/stream-tickets.ts';
import type { DatabaseClock } from './live/database-clock.ts';
import type { LiveFeed } from './live/live-feed.ts';
import type { LiveLog } from './live/live-log.ts';
import type { RepeatableCall } from './payments/idempotency.ts';
import type { KnownTotals } from './payments/known-totals.ts';
import type { PaymentChange } from './payments/on-change.ts';
import type { PageAnswers } from './payments/page-answers.ts';
import type { PaymentWriter } from './payments/payment-writer.ts';
import type { SecondFactorKeys } from './second-factor/second-factor-keys.ts';
import type { ApiSettings } from './settings.ts';
import type { CallShares } from './shares/call-shares.ts';
import type { StatsAnswers } from './stats/stats-answers.ts';
import type { StatsFeed } from './stats/stats-feed.ts';
import type { UserActivity } from './users/on-activity.ts';

/** Everything that the calls of one process share. Created by `createServices`. */
export type Services = {
  db: Database;
  writes: WriteHealth;
  settings: ApiSettings;
  liveLog: LiveLog;
  /** The clock by which payments are dated. */
  clock: DatabaseClock;
  pageAnswers: PageAnswers;
  knownTotals: KnownTotals;
  paymentWriter: PaymentWriter;
  paymentFeed: LiveFeed<PaymentChange>;
  activityFeed: LiveFeed<UserActivity>;
  statsAnswers: StatsAnswers;
  statsFeed: StatsFeed;
  accessTokens: AccessTokens;
  refreshTokens: RefreshTokens;
  sessionCache: SessionCache;
  streamTickets: StreamTickets;
  passwords: Passwords;
  auditTrail: AuditTrail;
  deviceTokens: DeviceTokens;
  signInCrowd: SignInCrowd;
  secondFactorKeys: SecondFactorKeys;
  callShares: CallShares;
};

/** The context of a call. On a WebSocket all calls share one, so each call authenticates again. */
export type Context = Services &
  Omit<RepeatableCall, 'actor'> & {
    requestId: string;
    caller: Caller;
    /** Aborted when the caller can't receive the answer any more. Reads are then canceled. */
    signal?: AbortSignal | undefined;
    /**
     * The user or API key that calls. Rejects with `not_signed_in`, `token_expired`, `token_invalid`, `session_ended` or `api_key_invalid`.
     */
    authenticate(): Promise<Actor>;
    /** The access token or API key that the call came with; null or absent if it came without one. */
    token?: string | null | undefined;
    /** Null for a client that stores the refresh token itself. */
    refreshTokenCookie?: RefreshTokenCookie | null | undefined;
  };

export type SignedInContext = Context & { actor: Actor };
