import { useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { dateIn } from '../format/dates.ts';
import type { OverviewSearch, StatsScope } from './overview-search.ts';

/** How long the live figures may be ahead of the queries that have to be refetched. */
const refetchDelayMs = 500;

/** The overview's figures, which the server pushes as they change. */
export function useLiveStats(scope: StatsScope) {
  const options = trpc.stats.dashboard.queryOptions(scope, { placeholderData: (last) => last });
  useSubscription(
    trpc.stats.onUpdate.subscriptionOptions(scope, {
      onData: ({ data: { stats } }) =>
        void queryClient.setQueryData(options.queryKey, (current) =>
          current !== undefined && current.asOf > stats.asOf ? current : stats,
        ),
    }),
  );
  return useQuery(options);
}

/** Revenue by interval. It is refetched when `asOf`, the position of the live figures, is newer. */
export function useRevenue(scope: StatsScope, interval: OverviewSearch['interval'], asOf: number) {
  const revenue = useQuery(
    trpc.stats.revenue.queryOptions({ ...scope, interval }, { placeholderData: (last) => last }),
  );
  useRefetchWhenBehind(revenue, asOf);
  return revenue;
}

/** Failures by code and method, refetched like the revenue. */
export function useFailures(scope: StatsScope, interval: OverviewSearch['interval'], asOf: number) {
  const failures = useQuery(
    trpc.stats.failures.queryOptions({ ...scope, interval }, { placeholderData: (last) => last }),
  );
  useRefetchWhenBehind(failures, asOf);
  return failures;
}

type StatsQuery = { data: { asOf: number } | undefined; isFetching: boolean; refetch: () => unknown };

function useRefetchWhenBehind({ data, isFetching, refetch }: StatsQuery, asOf: number): void {
  const isBehind = data !== undefined && data.asOf < asOf && !isFetching;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(refetch, refetchDelayMs);
    return () => clearTimeout(timer);
  }, [isBehind, refetch]);
}

/** Today's date in a time zone. Changes at midnight. */
export function useToday(timeZone: string): string {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return dateIn(timeZone, now);
}
