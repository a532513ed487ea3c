import { createTestDatabase, cuttablePath } from '@paydeck/db/testing';
import { expect, test } from 'vitest';
import { startRestApi } from './rest-api.ts';

test('reads, writes and exports get 503 while the database is unreachable', async () => {
  await using database = await createTestDatabase();
  await using path = await cuttablePath(database.url);
  await using api = await startRestApi({ DATABASE_URL: path.url });
  const token = await api.signIn();
  expect((await api.get('/auth/profile', { token })).status).toBe(200);
  path.vanish();
  path.reset();
  const message =
    'The database is unavailable. Try again in a moment. Repeat a write with its idempotency key.';
  const payment = { amount: 10, method: 'credit_card', receiver: 'John Doe' };
  for (const ask of [
    // Called first, while the session is still cached, so that the write fails and not the check of the session.
    () => api.get('/payments/export', { token }),
    () => api.get('/payments', { token }),
    () => api.post('/payments', payment, { token }),
  ])
    expect(await ask()).toMatchObject({ status: 503, body: { statusCode: 503, message } });
});
