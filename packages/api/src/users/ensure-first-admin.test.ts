import { createTestDatabase } from '@paydeck/db/testing';
import { selectUsers } from '@paydeck/db/users';
import { expect, test } from 'vitest';
import { reasonOf } from '../../testing/test-api.ts';
import { createPasswords } from '../auth/passwords.ts';
import { ensureFirstAdmin } from './ensure-first-admin.ts';

test('the first admin is created once, even by servers that start at once with different settings', async () => {
  await using test = await createTestDatabase();
  const { db } = test;
  const passwords = createPasswords();
  const ensure = (username: string, password = 'admin123') =>
    ensureFirstAdmin({ db, passwords }, { username, password });
  expect(await reasonOf(ensure('admin', 'x'.repeat(73)))).toBe('invalid_input');

  const outcomes = await Promise.all([ensure('admin'), ensure('root'), ensure('admin')]);
  expect(outcomes.sort()).toEqual(['created', 'exists', 'exists']);
  expect(await selectUsers(db.orm)).toMatchObject([{ role: 'admin', active: true }]);
  expect(await ensure('someone.else')).toBe('exists');
});
