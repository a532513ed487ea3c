import type { Database } from '../connection/open-database.ts';
import { prepareStatement } from '../connection/statement.ts';
import { sql } from '../drizzle.ts';
import type { Payment } from './payment.ts';
import { columnsOf, paymentFromCells } from './payment-columns.ts';

const statement = prepareStatement<{ id: string }, Payment | null>(
  (p) => sql`select ${columnsOf('payments')} from payments where id = ${p('id', 'uuid')}`,
  (row) => paymentFromCells(row, 0),
  'quick',
);

/** The payment with this id, or null. */
export async function selectPayment(db: Database, id: string): Promise<Payment | null> {
  const [payment] = await db.execute(statement, { id });
  return payment ?? null;
}
