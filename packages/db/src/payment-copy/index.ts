export { type CopyTotals, copyPayments } from './copy-payments.ts';
export { createPiecePool, type PiecePool } from './piece-pool.ts';
