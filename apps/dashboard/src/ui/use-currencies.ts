import { useQuery } from '@tanstack/react-query';
import { trpc } from '../client.ts';

/** The server's default currency and the currencies of all payments; undefined until they are read. */
export function useCurrencies() {
  const { data } = useQuery(
    trpc.payments.currencies.queryOptions(undefined, { staleTime: 300_000, refetchOnWindowFocus: false }),
  );
  return data;
}
