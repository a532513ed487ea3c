import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';

/** The server's default currency; undefined until the server has answered. */
export function useDefaultCurrency(): string | undefined {
  const { data } = useQuery(
    trpc.stats.dashboard.queryOptions(undefined, {
      select: ({ currency }) => currency,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  return data;
}
