import type { Services } from '@paydeck/api/context';
import { isMigrated } from '@paydeck/db/migrate';
import type { FastifyInstance } from 'fastify';

type HealthOptions = { services: Services; environment: string; isStopping(): boolean };

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

  app.get('/health/ready', { logLevel: 'warn' }, async (_request, reply) => {
    const migrated = await isMigrated(services.db).catch(() => null);
    const checks = {
      database: migrated !== null,
      migrations: migrated === true,
      logReader: services.liveLog.isReading(),
      accepting: !isStopping(),
    };
    const ready = Object.values(checks).every(Boolean);
    return reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'unavailable', checks });
  });
}
