import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';

const newest = 100;

/** The currencies of the 100 newest payments, the most frequent first. Empty until they are read. */
export function useCurrenciesInUse(): readonly string[] {
  const { data } = useQuery(
    trpc.payments.list.queryOptions({ limit: newest }, { staleTime: 300_000, refetchOnWindowFocus: false }),
  );
  const counts = new Map<string, number>();
  for (const { currency } of data?.items ?? []) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([currency]) => currency);
}
