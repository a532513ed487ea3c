import { useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { dateIn } from '../format/dates.ts';
import type { OverviewSearch, StatsScope } from './overview-search.ts';

/** How long numbers that moved may be ahead of those that have to be asked for. */
const catchUpMs = 500;

/** The dashboard's figures, moved by the server as they change. */
export function useLiveStats(scope: StatsScope) {
  const options = trpc.stats.dashboard.queryOptions(scope, { placeholderData: (last) => last });
  useSubscription(
    trpc.stats.onUpdate.subscriptionOptions(scope, {
      onData: ({ data: { stats } }) =>
        void queryClient.setQueryData(options.queryKey, (read) =>
          read !== undefined && read.asOf > stats.asOf ? read : stats,
        ),
    }),
  );
  return useQuery(options);
}

/** Revenue by interval, asked for again when the figures above it have moved on to `asOf`. */
export function useRevenue(scope: StatsScope, interval: OverviewSearch['interval'], asOf: number) {
  const revenue = useQuery(
    trpc.stats.revenue.queryOptions({ ...scope, interval }, { placeholderData: (last) => last }),
  );
  useCatchUp(revenue, asOf);
  return revenue;
}

/** Failures by code and method, asked for again like the revenue. */
export function useFailures(scope: StatsScope, interval: OverviewSearch['interval'], asOf: number) {
  const failures = useQuery(
    trpc.stats.failures.queryOptions({ ...scope, interval }, { placeholderData: (last) => last }),
  );
  useCatchUp(failures, asOf);
  return failures;
}

type Dated = { data: { asOf: number } | undefined; isFetching: boolean; refetch: () => unknown };

function useCatchUp({ data, isFetching, refetch }: Dated, asOf: number): void {
  const isBehind = data !== undefined && data.asOf < asOf && !isFetching;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(refetch, catchUpMs);
    return () => clearTimeout(timer);
  }, [isBehind, refetch]);
}

/** Today's date in a zone, also after midnight. */
export function useToday(timeZone: string): string {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return dateIn(timeZone, now);
}
