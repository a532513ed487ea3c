import type { RouterOutputs } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { useEffect, useState } from 'react';
import { pauseAfterError, trpc } from '../client.ts';
import { dateIn } from '../format/dates.ts';
import type { OverviewSearch, StatsScope } from './overview-search.ts';

export type Overview = RouterOutputs['stats']['overview'];

/** Earlier periods are compared until the same minute of the day, so their figures change without an event. */
const minuteMs = 60_000;

/**
 * Everything that the overview shows: one answer for one range, currency and zone, at one log position. While another range
 * is being read, there is no answer, so a figure never appears under the wrong range. The server reports each change of the
 * figures, and the answer is then read again.
 */
export function useOverview(
  scope: StatsScope,
  { interval, weekStartsOn }: Pick<OverviewSearch, 'interval' | 'weekStartsOn'>,
) {
  const overview = useQuery({
    ...trpc.stats.overview.queryOptions({ ...scope, interval, weekStartsOn, previous: 'soFar' }),
    refetchInterval: ({ state: { data, status, error } }) =>
      data !== undefined && (status === 'error' ? pauseAfterError(error) : minuteMs),
  });
  const scopeKey = JSON.stringify(scope);
  const [reported, setReported] = useState({ scopeKey, asOf: 0 });
  useSubscription(
    trpc.stats.onUpdate.subscriptionOptions(scope, {
      onData: ({ data: { stats } }) => setReported({ scopeKey, asOf: stats.asOf }),
    }),
  );
  const { data, isFetching, isError, refetch } = overview;
  const isBehind = data !== undefined && reported.scopeKey === scopeKey && data.asOf < reported.asOf;
  // After an error, the query is repeated after a pause.
  useEffect(() => {
    if (isBehind && !isFetching && !isError) void refetch();
  }, [isBehind, isFetching, isError, refetch]);
  return overview;
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
