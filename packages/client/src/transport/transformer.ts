import type { TRPCCombinedDataTransformer } from '@trpc/server';
import superjson from 'superjson';

const asIs = (value: unknown) => value;

/** The same as the server's: inputs are plain JSON, outputs keep their Dates. */
export const transformer: TRPCCombinedDataTransformer = {
  input: { serialize: asIs, deserialize: asIs },
  output: superjson,
};
