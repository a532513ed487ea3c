import { v5 as uuidv5 } from 'uuid';
import type { ImportedPayment } from './import-row.ts';

const namespace = '5d0b7a3e-6f0c-4c55-9c1c-2f4f5a3f7c11';

/**
 * Gives each row without an id one that is computed from the row's content and from the number of equal rows before it
 * in the file. So a payment has the same id when the file is imported again, even if other lines were corrected, moved
 * or added.
 */
export function createIdentifier(): (payment: ImportedPayment) => ImportedPayment & { id: string } {
  /** By 48 bits of the content's hash, to save memory. Two contents with the same bits share a counter, which is harmless. */
  const equalRows = new Map<number, number>();
  return (payment) => {
    const { id } = payment;
    if (id !== undefined) return { ...payment, id: id.toLowerCase() };
    const content = contentOf(payment);
    const hash = Number.parseInt(uuidv5(content, namespace).replace('-', '').slice(0, 12), 16);
    const count = (equalRows.get(hash) ?? 0) + 1;
    equalRows.set(hash, count);
    return { ...payment, id: uuidv5(`${count}:${content}`, namespace) };
  };
}

/** The content of a payment as one text, whatever the order of its fields. */
export const contentOf = (payment: ImportedPayment): string =>
  JSON.stringify(Object.entries(payment).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * The id of a payment that its source names, such as a charge of Stripe. So importing a newer file of the same source skips the
 * payments that exist, whatever else their rows say.
 */
export const idOfReference = (source: string, reference: string): string =>
  uuidv5(JSON.stringify([source, reference]), namespace);
