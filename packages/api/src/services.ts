import { type Database, watchWrites } from '@paydeck/db/connection';
import { createPositionReader } from './answers/newest-position.ts';
import { createAuditTrail } from './audit-log/audit-trail.ts';
import { createAccessTokens } from './auth/access-tokens.ts';
import { createDeviceTokens } from './auth/device-tokens.ts';
import { createPasswords } from './auth/passwords.ts';
import { createRefreshTokens } from './auth/refresh-tokens.ts';
import { createSessionCache } from './auth/session-cache.ts';
import { createSignInCrowd } from './auth/sign-in-crowd.ts';
import { createStreamTickets } from './auth/stream-tickets.ts';
import type { Services } from './context.ts';
import { createLiveFeed } from './live/live-feed.ts';
import { startLiveLog } from './live/live-log.ts';
import { createKnownTotals } from './payments/known-totals.ts';
import { createPageAnswers } from './payments/page-answers.ts';
import { createPaymentWriter } from './payments/payment-writer.ts';
import { createSecondFactorKeys } from './second-factor/second-factor-keys.ts';
import type { ApiSettings } from './settings.ts';
import { createCallShares } from './shares/call-shares.ts';
import { createStatsAnswers } from './stats/stats-answers.ts';
import { createStatsFeed } from './stats/stats-feed.ts';

export type ServicesOptions = {
  db: Database;
  settings: ApiSettings;
  /** Signs the access tokens (HS256), and encrypts the secrets of authenticators. At least 32 bytes. */
  jwtSecret: string;
  accessTokenTtlSeconds: number;
  /** A session ends so many days after its sign-in. Default: 90. */
  sessionMaxDays?: number;
  /** Receives errors that no call waits for: failed reads of the live log, notifications, updates of `lastUsedAt`. */
  onError(error: unknown): void;
};

/** Starts the services that calls share. `close` stops them, but leaves the database open. */
export async function createServices(
  options: ServicesOptions,
): Promise<Services & { close(): Promise<void> }> {
  const { settings } = options;
  const { db, writes } = watchWrites(options.db);
  const liveLog = await startLiveLog(db, options.onError);
  const auditTrail = createAuditTrail(db, options.onError);
  const newestPosition = createPositionReader(db, () => {
    forgetAnswers();
    liveLog.check();
  });
  const statsAnswers = createStatsAnswers(newestPosition);
  const refreshTokens = createRefreshTokens({
    secret: options.jwtSecret,
    sessionMaxDays: options.sessionMaxDays ?? 90,
  });
  const statsFeed = createStatsFeed({ db, clock: liveLog.clock, settings, statsAnswers, liveLog });
  const pageAnswers = createPageAnswers(newestPosition);
  const knownTotals = createKnownTotals();
  const forgetAnswers = () => {
    const { dashboards, revenues, failures, overviews } = statsAnswers;
    for (const answers of [dashboards, revenues, failures, overviews, pageAnswers, knownTotals])
      answers.clear();
  };
  liveLog.onStepBack(forgetAnswers);
  const accessTokens = createAccessTokens({
    secret: options.jwtSecret,
    ttlSeconds: options.accessTokenTtlSeconds,
  });
  const sessionCache = createSessionCache({ db, liveLog, refreshTokens, onError: options.onError });
  return {
    db,
    writes,
    settings,
    liveLog,
    clock: liveLog.clock,
    paymentFeed: createLiveFeed(liveLog),
    activityFeed: createLiveFeed(liveLog),
    statsAnswers,
    statsFeed,
    pageAnswers,
    knownTotals,
    paymentWriter: createPaymentWriter(db, liveLog),
    accessTokens,
    refreshTokens,
    sessionCache,
    streamTickets: createStreamTickets({ secret: options.jwtSecret, db, accessTokens, sessionCache }),
    passwords: createPasswords(),
    auditTrail,
    deviceTokens: createDeviceTokens(options.jwtSecret),
    signInCrowd: createSignInCrowd(),
    secondFactorKeys: createSecondFactorKeys(options.jwtSecret),
    callShares: createCallShares(),
    close: async () => {
      statsFeed.close();
      await auditTrail.close();
      writes.close();
      await liveLog.close();
    },
  };
}
