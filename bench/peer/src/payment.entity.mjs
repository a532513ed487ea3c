import { EntitySchema } from 'typeorm';

/** PostgreSQL's bigint comes as a string. Amounts fit into a number. */
const number = { to: (value) => value, from: Number };

export const PaymentEntity = new EntitySchema({
  name: 'Payment',
  tableName: 'payments',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    amountMinor: { name: 'amount_minor', type: 'bigint', transformer: number },
    currency: { type: 'text' },
    method: { type: 'text' },
    status: { type: 'text' },
    receiver: { type: 'text' },
    description: { type: 'text', nullable: true },
    failureCode: { name: 'failure_code', type: 'text', nullable: true },
    createdAt: { name: 'created_at', type: 'timestamptz', createDate: true },
  },
});
