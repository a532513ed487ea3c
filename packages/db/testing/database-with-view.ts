import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** A database whose table of payments is a view with one payment, made of the columns of the table `stored`. */
export async function databaseWithView(amount: string, from = 'stored'): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.db.orm.execute('alter table payments rename to stored');
  await database.db.orm.execute(`
    create view payments as
    select id, ${amount} as amount_minor, currency, method, status, receiver, description, failure_code,
           failure_message, created_at, updated_at
    from ${from}`);
  await database.db.orm.execute(`
    insert into stored (id, amount_minor, currency, method, status, receiver, created_at, updated_at)
    values (gen_random_uuid(), 13, 'USD', 'credit_card', 'success', 'Unlucky', now(), now())`);
  return database;
}
