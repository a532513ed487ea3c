import { appRouter } from '@paydeck/api/router';
import type { AnyProcedure, TRPCProcedureType } from '@trpc/server';

/** tRPC keeps the procedures in a flat record by path, though its type shows the nested one. */
const procedures: Record<string, unknown> = appRouter._def.procedures;

const isProcedure = (value: unknown): value is AnyProcedure => typeof value === 'function' && '_def' in value;

/** Whether a procedure is a query, a mutation or a subscription, by its path, such as `payments.list`. */
export const procedureTypes: ReadonlyMap<string, TRPCProcedureType> = new Map(
  Object.entries(procedures).flatMap(([path, procedure]) =>
    isProcedure(procedure) ? [[path, procedure._def.type]] : [],
  ),
);
