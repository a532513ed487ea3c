import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { applyChanges, isShort } from './live-page.ts';
import { followPayments, type PaymentFeed } from './payment-feed.ts';
import { type PaymentsSearch, toPaymentFilter } from './payments-search.ts';

/** A page of the filtered payments, updated live. `rowsMayMove` is called for each batch of changes. */
export function useLivePayments({ fields, page, cursor, limit }: PaymentsSearch, rowsMayMove: () => boolean) {
  const filter = toPaymentFilter(fields);
  const filterKey = JSON.stringify(filter);
  const options = trpc.payments.list.queryOptions(
    { filter, limit, ...(cursor === null ? { page } : { cursor }) },
    { placeholderData: (last) => last, staleTime: 0, refetchOnWindowFocus: false },
  );
  const query = useQuery(options);
  const { data, isPlaceholderData, refetch } = query;
  const pageKey = JSON.stringify(options.queryKey);
  const [unseen, setUnseen] = useState({ pageKey, count: 0, upTo: 0 });
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const [feedError, setFeedError] = useState<unknown>(null);
  const feed = useRef<PaymentFeed>(null);

  const applyFeed = useEffectEvent(() => {
    const before = queryClient.getQueryData(options.queryKey);
    if (before === undefined || feed.current === null) return;
    const canMove = rowsMayMove();
    const after = applyChanges(before, feed.current.changes, { limit, rowsMayMove: canMove });
    if (after.page === before) return;
    queryClient.setQueryData(options.queryKey, after.page);
    if (canMove && isShort(after.page, limit)) void refetch();
    setChanged(new Set(feed.current.changes.map(({ payment }) => payment.id)));
    setUnseen((last) => {
      // After a page is read again, the feed is applied again: count only positions that were not counted before.
      const more = after.unseen.filter((position) => position > last.upTo);
      const count = more.length + (last.pageKey === pageKey ? last.count : 0);
      return { pageKey, count, upTo: more.at(-1) ?? last.upTo };
    });
  });

  // The feed starts at the first page that was read with this filter. Later pages skip the changes that they include.
  const asOf = data === undefined || isPlaceholderData ? null : data.asOf;
  const start = useFeedStart(filterKey, asOf);
  const follow = useEffectEvent((from: number) =>
    followPayments(filter, from, { onChanges: applyFeed, onError: setFeedError }),
  );
  useEffect(() => {
    if (start?.filterKey !== filterKey) return;
    setFeedError(null);
    const following = follow(start.asOf);
    feed.current = following;
    return () => {
      following.close();
      feed.current = null;
    };
  }, [start, filterKey]);
  // Changes may have arrived while this page was loading.
  useEffect(() => {
    if (asOf !== null) applyFeed();
  }, [asOf]);

  return {
    query,
    feedError,
    /** The ids of payments that arrived or changed on the screen. */
    changed,
    unseen: unseen.pageKey === pageKey ? unseen.count : 0,
    showUnseen: () => {
      setUnseen(({ upTo }) => ({ pageKey, count: 0, upTo }));
      void refetch();
    },
  };
}

/** The `asOf` of the first page that was read with this filter. */
function useFeedStart(filterKey: string, asOf: number | null) {
  const [start, setStart] = useState<{ filterKey: string; asOf: number } | null>(null);
  if (asOf !== null && start?.filterKey !== filterKey) setStart({ filterKey, asOf });
  return start;
}
