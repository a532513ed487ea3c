import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';

/** The currency that the server takes for an amount that names none; undefined until it has said so. */
export function useDefaultCurrency(): string | undefined {
  const { data } = useQuery(
    trpc.stats.dashboard.queryOptions(undefined, {
      select: ({ currency }) => currency,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  return data;
}
