import { randomUUID } from 'node:crypto';
import { authenticate } from '@paydeck/api/authenticate';
import { ensureFirstAdmin } from '@paydeck/api/ensure-first-admin';
import { createCaller } from '@paydeck/api/router';
import { createServices } from '@paydeck/api/services';
import { openDatabase } from '@paydeck/db/connection';
import { callsPerSecond, type Subject } from '../measure.ts';
import { samplePayment } from './sample-payment.ts';

const admin = { username: 'admin', password: 'a password for the benchmark' };

/**
 * `payments.create` through tRPC's caller, as the REST adapter calls it. Token, role, input and output are checked, and each
 * call has an idempotency key. Only HTTP is missing.
 */
export async function inProcessWrites(name: string, databaseUrl: string): Promise<Subject & AsyncDisposable> {
  const db = openDatabase({ url: databaseUrl });
  const services = await createServices({
    db,
    settings: { defaultCurrency: 'USD', amountLimits: {}, requireSecondFactor: 'nobody' },
    jwtSecret: randomUUID().repeat(2),
    accessTokenTtlSeconds: 3_600,
    onError: (error) => console.error(error),
  });
  await ensureFirstAdmin(services, admin);
  const callerFor = (token: string | null, idempotencyKey: string | null) =>
    createCaller({
      ...services,
      requestId: '',
      caller: { address: '', userAgent: null },
      idempotencyKey,
      authenticate: () => authenticate(services, token),
    });
  const { accessToken } = await callerFor(null, null).auth.login(admin);
  let n = 0;
  return {
    name,
    measure: (load) =>
      callsPerSecond(load, () => {
        n += 1;
        return callerFor(accessToken, randomUUID()).payments.create(samplePayment(n));
      }),
    [Symbol.asyncDispose]: async () => {
      await services.close();
      await db.close();
    },
  };
}
