import type { Context } from '@paydeck/api/context';
import {
  type AnyProcedure,
  type inferProcedureOutput,
  TRPCError,
  type TRPCProcedureType,
} from '@trpc/server';
import { procedures } from './procedures.ts';
import { runProcedure } from './run-procedure.ts';

/** The path and the type of a call. Both may be unknown, as in a malformed message. */
export type Called = { path: string | undefined; type: TRPCProcedureType | 'unknown' };

/**
 * Calls a procedure. HTTP, ws and REST all come through here; tRPC's adapter only answers batches and event streams.
 * `readInput` runs after the procedure has checked the caller's rights, so strangers learn nothing about inputs. `path`
 * appears in errors.
 */
export function callProcedure<P extends AnyProcedure>(
  procedure: P,
  { path, context, readInput }: { path: string; context: Context; readInput(): unknown },
): Promise<inferProcedureOutput<P>> {
  return runProcedure(procedure, {
    ctx: context,
    getRawInput: async () => readInput(),
    path,
    type: procedure._def.type,
    signal: context.signal,
    batchIndex: 0,
  });
}

/** The procedure at a path. Throws tRPC's `NOT_FOUND` if there is none of this type. */
export function procedureAt(path: string, type: TRPCProcedureType): AnyProcedure {
  const procedure = procedures.get(path);
  if (procedure?._def.type === type) return procedure;
  throw new TRPCError({ code: 'NOT_FOUND' });
}
