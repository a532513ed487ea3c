import { appRouter } from '@paydeck/api/router';
import type { AnyProcedure } from '@trpc/server';

/** tRPC keeps the procedures in a flat record by path, though its type shows the nested one. */
const byPath: Record<string, unknown> = appRouter._def.procedures;

const isProcedure = (value: unknown): value is AnyProcedure => typeof value === 'function' && '_def' in value;

/** Every procedure by its path, such as `payments.list`. */
export const procedures: ReadonlyMap<string, AnyProcedure> = new Map(
  Object.entries(byPath).flatMap(([path, procedure]) => (isProcedure(procedure) ? [[path, procedure]] : [])),
);
