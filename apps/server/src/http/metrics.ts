import { createHash, timingSafeEqual } from 'node:crypto';
import type { Services } from '@paydeck/api/context';
import { AppError } from '@paydeck/api/errors';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { bearerToken } from './bearer-token.ts';

/** Memory, CPU, event loop and garbage collection of the process. Tests run several servers in one process. */
const processRegistry = new Registry();
collectDefaultMetrics({ register: processRegistry });

/**
 * `GET /metrics` in Prometheus' text format, for callers with the token of the configuration. It has counts and times only: no
 * payments, no names. They still say how busy the business is, and how many sign-ins fail.
 */
export function serveMetrics(
  app: FastifyInstance,
  {
    services: { liveLog, writes },
    config: { metricsToken, environment },
    openConnections,
  }: {
    services: Services;
    config: Pick<Config, 'metricsToken' | 'environment'>;
    openConnections(): number;
  },
): void {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'paydeck_http_request_seconds',
    help: 'Time from a request to the end of its response, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('paydeck_live_connections', 'Open sockets and event streams.', openConnections);
  gauge(
    'paydeck_log_position',
    'The last log position that was handed to subscribers.',
    () => liveLog.position,
  );
  gauge('paydeck_log_reading', '1 while the event log is being read, otherwise 0.', () =>
    Number(liveLog.isReading()),
  );

  gauge(
    'paydeck_log_steps_back',
    'How often the event log had lost events since the start.',
    () => liveLog.stepsBack,
  );
  gauge('paydeck_database_writable', '1 while writes work, 0 after one that PostgreSQL could not do.', () =>
    Number(writes.isWorking()),
  );

  app.addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
    // Unknown paths share one label: their number is unlimited.
    requests.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1_000);
    done();
  });
  const all = Registry.merge([processRegistry, registry]);
  app.get('/metrics', { logLevel: 'warn' }, async ({ headers }, reply) => {
    if (metricsToken !== null && !isSame(bearerToken(headers.authorization) ?? '', metricsToken))
      throw new AppError('token_invalid', 'Send the METRICS_TOKEN of the server as Authorization: Bearer.');
    if (metricsToken === null && environment === 'production')
      throw new AppError('not_found', 'There are no metrics. Set METRICS_TOKEN, then restart the server.');
    return reply.type(all.contentType).send(await all.metrics());
  });
}

/** Compares hashes, whose length says nothing about the texts, in a time that says nothing about them either. */
function isSame(text: string, secret: string): boolean {
  const [hash, expected] = [text, secret].map((value) => createHash('sha256').update(value).digest());
  return hash !== undefined && expected !== undefined && timingSafeEqual(hash, expected);
}
