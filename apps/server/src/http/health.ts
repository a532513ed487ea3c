import { setTimeout as delay } from 'node:timers/promises';
import type { Services } from '@paydeck/api/context';
import { selectReadiness } from '@paydeck/db/migrate';
import type { FastifyInstance } from 'fastify';

type HealthOptions = { services: Services; environment: string; isStopping(): boolean };

/** A load balancer gives up on a slow answer. Below its usual 2 s. */
const patienceMs = 1_800;

/** `/health` says that the process is alive, as specified; `/health/ready` says whether it can serve requests. */
export async function healthRoutes(
  app: FastifyInstance,
  { services, environment, isStopping }: HealthOptions,
) {
  app.get('/health', { logLevel: 'warn' }, async () => ({
    status: 'ok',
    timestamp: new Date().toISOString(),
    uptime: process.uptime(),
    environment,
  }));

  const { db, liveLog, writes } = services;
  const readReadiness = shareWhileRunning(() => selectReadiness(db).catch(() => null));

  app.get('/health/ready', { logLevel: 'warn' }, async (_request, reply) => {
    const waiting = new AbortController();
    const tooLate = delay(patienceMs, null, { signal: waiting.signal, ref: false }).catch(() => null);
    const readiness = await Promise.race([readReadiness(), tooLate]);
    waiting.abort();
    const checks = {
      database: readiness !== null,
      migrations: readiness?.isMigrated === true,
      writes: readiness?.isWritable === true && writes.isWorking(),
      logReader: liveLog.isReading(),
      accepting: !isStopping(),
    };
    const ready = Object.values(checks).every(Boolean);
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable', checks });
  });
}

/** Callers share a read that is running, so that probes can't pile up while the database does not answer. */
function shareWhileRunning<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= read().finally(() => {
      running = null;
    });
    return running;
  };
}
