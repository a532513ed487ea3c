import { randomUUID } from 'node:crypto';
import { ensureFirstAdmin } from '@paydeck/api/ensure-first-admin';
import { createServices } from '@paydeck/api/services';
import type { Database } from '@paydeck/db/connection';
import { selectUsers } from '@paydeck/db/users';
import { admin } from '../paydeck-server.ts';

/** Creates the admin that servers would create at their first start. Resolves to the admin's id. */
export async function createAdmin(db: Database): Promise<string> {
  const services = await createServices({
    db,
    settings: { defaultCurrency: 'USD', amountLimits: {}, requireSecondFactor: 'nobody' },
    jwtSecret: randomUUID().repeat(2),
    accessTokenTtlSeconds: 1,
    onError: (error) => console.error(error),
  });
  try {
    await ensureFirstAdmin(services, admin);
  } finally {
    await services.close();
  }
  const [created] = await selectUsers(db.orm);
  if (created === undefined) throw new Error('The admin must have been created.');
  return created.id;
}
