import type { RouterOutputs } from '@paydeck/client';
import type { PaymentMethod, PaymentStatus } from '@paydeck/contract/payments';
import type { Tone } from '../ui/card.tsx';

export type Payment = RouterOutputs['payments']['byId'];

export const statusNames: Record<PaymentStatus, string> = {
  pending: 'Pending',
  success: 'Succeeded',
  failed: 'Failed',
};

export const statusTones: Record<PaymentStatus, Tone> = {
  pending: 'waiting',
  success: 'good',
  failed: 'bad',
};

export const methodNames: Record<PaymentMethod, string> = {
  credit_card: 'Credit card',
  bank_transfer: 'Bank transfer',
  digital_wallet: 'Digital wallet',
};
