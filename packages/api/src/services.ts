import type { Database } from '@paydeck/db/connection';
import { createAccessTokens } from './auth/access-tokens.ts';
import { createPasswords } from './auth/passwords.ts';
import { createSessionCache } from './auth/session-cache.ts';
import type { Services } from './context.ts';
import { createLiveFeed } from './live/live-feed.ts';
import { startLiveLog } from './live/live-log.ts';
import { createPaymentWriter } from './payments/payment-writer.ts';
import type { ApiSettings } from './settings.ts';
import { createStatsFeed } from './stats/stats-feed.ts';

export type ServicesOptions = {
  db: Database;
  settings: ApiSettings;
  /** HS256 key of the access tokens, 32 bytes at least. */
  jwtSecret: string;
  accessTokenTtlSeconds: number;
  /** Failures in the background: the live log's reads and notifications, notes of use. */
  onError(error: unknown): void;
};

/** Starts what calls share: the live log's reader, the payment writer, caches. The database is the caller's. */
export async function createServices(
  options: ServicesOptions,
): Promise<Services & { close(): Promise<void> }> {
  const { db, settings } = options;
  const liveLog = await startLiveLog(db, options.onError);
  const statsFeed = createStatsFeed({ db, settings, liveLog });
  return {
    db,
    settings,
    liveLog,
    paymentFeed: createLiveFeed(liveLog),
    activityFeed: createLiveFeed(liveLog),
    statsFeed,
    paymentWriter: createPaymentWriter(db, liveLog),
    accessTokens: createAccessTokens({
      secret: options.jwtSecret,
      ttlSeconds: options.accessTokenTtlSeconds,
    }),
    sessionCache: createSessionCache({ db, liveLog, onError: options.onError }),
    passwords: createPasswords(),
    close: async () => {
      statsFeed.close();
      await liveLog.close();
    },
  };
}
