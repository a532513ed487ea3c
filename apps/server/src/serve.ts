import type { Services } from '@paydeck/api/context';
import { ensureFirstAdmin } from '@paydeck/api/ensure-first-admin';
import { createServices } from '@paydeck/api/services';
import { noCaller } from '@paydeck/db/audit-log';
import type { Database } from '@paydeck/db/connection';
import { prepareSchema } from '@paydeck/db/migrate';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { createApp } from './app.ts';
import { auditedSettings } from './config/audited-settings.ts';
import type { Config } from './config.ts';
import { pruneRegularly } from './database/prune-regularly.ts';
import { listenStartError } from './explain-listen-failure.ts';
import { databaseStartError } from './explain-start-failure.ts';
import { createCallerReader } from './http/caller.ts';
import { keepConnectionRoom } from './http/connection-room.ts';
import { watchConnections } from './live/live-connections.ts';
import { serveWebSocket } from './live/websocket.ts';

export type RunningServer = {
  /** Has the actual port when `PORT` is 0, and `BASE_PATH`. */
  url: string;
  /** Whether this start created the first admin. */
  firstAdmin: 'created' | 'exists';
  /** Closes the sockets, waits for running requests, then closes the database. Takes about 10 s at most. */
  close(): Promise<void>;
};

/**
 * The composition root: migrations, services, HTTP, ws. Closes the database with the server, or when a step fails. Rejects
 * with `StartError` when the operator can fix the cause.
 */
export async function serve(
  config: Config,
  { db, log }: { db: Database; log: FastifyBaseLogger },
): Promise<RunningServer> {
  // Everything opened here is closed in reverse order: by `close`, or at once when a later step fails.
  await using opened = new AsyncDisposableStack();
  opened.defer(() => db.close());
  await prepareSchema(db, { onWait: (notice) => log.warn(notice) }).catch((error: unknown) => {
    throw databaseStartError(error, db.url);
  });

  const onError = (err: unknown) => log.error({ err }, 'background work failed');
  const services = await createServices({
    db,
    settings: {
      defaultCurrency: config.defaultCurrency,
      amountLimits: config.amountLimits,
      requireSecondFactor: config.requireSecondFactor,
    },
    jwtSecret: config.jwtSecret,
    accessTokenTtlSeconds: config.accessTokenTtlSeconds,
    sessionMaxDays: config.sessionMaxDays,
    onError,
  });
  opened.defer(() => services.close());
  const firstAdmin = await ensureFirstAdmin(services, config.firstAdmin);
  await recordStart(services, config).catch(onError);
  const pruning = pruneRegularly(services, { eventRetentionDays: config.eventRetentionDays, onError });
  opened.defer(pruning.stop);

  let stopping = false;
  const connections = watchConnections(services, { maxPerUser: config.liveConnectionsPerUser });
  const callerOf = createCallerReader(config.trustedProxies);
  const app = await createApp(services, config, {
    connections,
    callerOf,
    log,
    isStopping: () => stopping,
    refuses: (connection) => room.refuses(connection),
  });
  const room = keepConnectionRoom(app.server);
  const sockets = serveWebSocket(app.server, services, { config, connections, callerOf, room, log });
  opened.defer(async () => {
    stopping = true;
    connections.close();
    await Promise.all([sockets.close(), finishRequests(app)]);
  });

  await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
    throw listenStartError(error, config);
  });
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const running = opened.move();
  return {
    url: `http://${urlHost(config.host)}:${port}${config.basePath}`,
    firstAdmin,
    close: () => running.disposeAsync(),
  };
}

/** A start with other settings may explain what happens after it. */
const recordStart = ({ auditTrail }: Services, config: Config): Promise<void> =>
  auditTrail.record({
    ...noCaller,
    action: 'server.start',
    actorId: null,
    apiKeyId: null,
    subjectId: null,
    details: { settings: auditedSettings(config), node: process.version },
  });

/** Stops accepting requests and waits up to 8 s for the running ones. */
async function finishRequests(app: FastifyInstance): Promise<void> {
  const deadline = setTimeout(() => app.server.closeAllConnections(), 8_000);
  // A keep-alive connection stays open after its last request, so idle ones are closed until none is left.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  await app.close();
  clearTimeout(deadline);
  clearInterval(sweep);
}

/** The host for a URL that is opened on this machine. */
function urlHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
