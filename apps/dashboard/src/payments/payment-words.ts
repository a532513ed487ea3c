import type { RouterOutputs } from '@paydeck/client';
import type { Tone } from '../ui/card.tsx';

export type Payment = RouterOutputs['payments']['byId'];
export type Status = Payment['status'];
export type Method = Payment['method'];

export const statusNames: Record<Status, string> = {
  success: 'Succeeded',
  pending: 'Pending',
  failed: 'Failed',
};

export const statusTones: Record<Status, Tone> = { success: 'good', pending: 'waiting', failed: 'bad' };

export const methodNames: Record<Method, string> = {
  credit_card: 'Credit card',
  bank_transfer: 'Bank transfer',
  digital_wallet: 'Digital wallet',
};

export const statuses = keysOf(statusNames);
export const methods = keysOf(methodNames);

/** Of an object literal, which has no keys that its type does not name. */
function keysOf<K extends string>(record: Record<K, unknown>): readonly K[] {
  return Object.keys(record) as K[];
}
