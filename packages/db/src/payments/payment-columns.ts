import { is, type PgColumn, PgTimestamp, type SQL, sql } from '../drizzle.ts';
import { isoText } from '../iso-text.ts';
import { payments } from '../schema.ts';
import type { Payment } from './payment.ts';

/**
 * The fields of a payment and their columns. Every statement that writes, reads or exports payments makes its lists of
 * columns from this one. Tested by payment-fields.test.ts.
 */
export const paymentColumns = {
  id: payments.id,
  amountMinor: payments.amountMinor,
  currency: payments.currency,
  method: payments.method,
  status: payments.status,
  receiver: payments.receiver,
  description: payments.description,
  failureCode: payments.failureCode,
  failureMessage: payments.failureMessage,
  createdAt: payments.createdAt,
  updatedAt: payments.updatedAt,
} satisfies Record<keyof Payment, PgColumn>;

type Field = { name: string; column: string; type: string; isInstant: boolean };

const fields: readonly Field[] = Object.entries(paymentColumns).map(([name, column]) => ({
  name,
  column: column.name,
  type: column.getSQLType(),
  isInstant: is(column, PgTimestamp),
}));

const listOf = (item: (field: Field) => string): SQL => sql.raw(fields.map(item).join(', '));

/** `id, amount_minor, …`: the columns of an insert. */
export const columnNames: SQL = listOf(({ column }) => column);

/** `"id" uuid, "amountMinor" bigint, …`: the columns of an array of payments as `jsonb_to_recordset` reads it. */
export const recordColumns: SQL = listOf(({ name, type }) => `"${name}" ${type}`);

/** The values of a row of `recordColumns`, in the order of `columnNames`. A missing time is `clock.at`. */
export const recordValues: SQL = listOf(({ name, isInstant }) =>
  isInstant ? `coalesce("${name}", clock.at)` : `"${name}"`,
);

/** `p.id, p.amount_minor, …` for the row named `p`: the cells that `paymentFromCells` reads. */
export const columnsOf = (row: string): SQL => listOf(({ column }) => `${row}.${column}`);

/** Reads the payment in the cells of a row from the index `first` on. Null when an outer join found no payment. */
export function paymentFromCells(row: readonly unknown[], first: number): Payment | null {
  if (row[first] === null) return null;
  const payment: Record<string, unknown> = {};
  fields.forEach(({ name, isInstant }, index) => {
    const cell = row[first + index];
    payment[name] = isInstant ? new Date(String(cell)) : cell;
  });
  return asPayment(payment);
}

/** The fields come from columns with the same types, and the driver gives a bigint as a number. */
function asPayment(payment: Record<string, unknown>): Payment {
  return payment as Payment;
}

/** The fields of the row named `row` as they are in a `PaymentJson`. */
export const jsonFields = (row: string): { name: string; value: SQL }[] =>
  fields.map(({ name, column, isInstant }) => {
    const value = `${row}.${column}`;
    return { name, value: isInstant ? isoText(value) : sql.raw(value) };
  });

/** A `PaymentJson` made of the columns of the row named `row`, except for the fields in `replaced`. */
export const paymentJson = (row: string, replaced: Partial<Record<keyof Payment, SQL>> = {}): SQL => {
  const values = new Map(Object.entries(replaced));
  const pairs = jsonFields(row).map(
    ({ name, value }) => sql`${sql.raw(`'${name}'`)}, ${values.get(name) ?? value}`,
  );
  return sql`jsonb_build_object(${sql.join(pairs, sql`, `)})`;
};
