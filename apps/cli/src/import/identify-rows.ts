import { createHash } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import type { ImportedPayment } from './import-row.ts';

const namespace = '5d0b7a3e-6f0c-4c55-9c1c-2f4f5a3f7c11';

/**
 * Gives rows without an id one that follows from what the row says, and from how many of its equals came before it in
 * the file: so the same file, also with lines mended, moved or added, gives the same payments the same ids.
 */
export function createIdentifier(): (payment: ImportedPayment) => ImportedPayment & { id: string } {
  /** By 48 bits of the content's hash: two contents that share them only count on together. */
  const equals = new Map<number, number>();
  return (payment) => {
    const { id } = payment;
    if (id !== undefined) return { ...payment, id: id.toLowerCase() };
    const content = JSON.stringify(Object.entries(payment).sort(([a], [b]) => (a < b ? -1 : 1)));
    const hash = createHash('sha256').update(content).digest().readUIntBE(0, 6);
    const count = (equals.get(hash) ?? 0) + 1;
    equals.set(hash, count);
    return { ...payment, id: uuidv5(`${count}:${content}`, namespace) };
  };
}
