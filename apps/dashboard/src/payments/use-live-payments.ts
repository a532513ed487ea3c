import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { applyChanges, isIncomplete, type LivePage } from './live-page.ts';
import { followPayments, type PaymentFeed, showRowsInDrawer } from './payment-feed.ts';
import { type PaymentsSearch, toPaymentFilter } from './payments-search.ts';

/** A page of the filtered payments, updated live. `rowsMayMove` is called for each batch of changes. */
export function useLivePayments({ fields, page, cursor, limit }: PaymentsSearch, rowsMayMove: () => boolean) {
  const filter = toPaymentFilter(fields);
  const filterKey = JSON.stringify(filter);
  const options = trpc.payments.list.queryOptions(
    { filter, limit, ...(cursor === null ? { page } : { cursor }) },
    {
      // Another page of the same list keeps its total in the page numbers. Nothing is kept of another filter's list.
      placeholderData: (last, lastQuery) => (lastQuery?.meta?.filterKey === filterKey ? last : undefined),
      meta: { filterKey },
      staleTime: 0,
      refetchOnWindowFocus: false,
    },
  );
  const query = useQuery(options);
  const { isPlaceholderData, refetch } = query;
  const known: LivePage | undefined = query.data;
  const data = isPlaceholderData ? undefined : known;
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  const [feedError, setFeedError] = useState<unknown>(null);
  const feed = useRef<(PaymentFeed & { filterKey: string }) | null>(null);

  // A read that is under way is not cancelled: changes come faster than a slow server answers. After it, applyFeed runs again.
  const readAgain = () => void refetch({ cancelRefetch: false });
  const applyFeed = useEffectEvent(() => {
    const before: LivePage | undefined = queryClient.getQueryData(options.queryKey);
    if (before === undefined || feed.current?.filterKey !== filterKey) return;
    if (before.asOf < feed.current.forgottenUpTo) return readAgain();
    const canMove = rowsMayMove();
    const after = applyChanges(before, feed.current.changes, { limit, rowsMayMove: canMove });
    if (after === before) return;
    queryClient.setQueryData(options.queryKey, after);
    if (canMove && isIncomplete(after, limit)) readAgain();
    setChanged(new Set(feed.current.changes.map(({ payment }) => payment.id)));
  });

  // The feed starts at the first page that was read with this filter. Later pages skip the changes that they include.
  const asOf = data?.asOf ?? null;
  const start = useFeedStart(filterKey, asOf);
  const follow = useEffectEvent((from: number) =>
    followPayments(filter, from, { onChanges: applyFeed, onError: setFeedError }),
  );
  // The feed of the last filter stays open until the list of a new one is read. Without a subscription, the connection would be
  // idle, and the page could not say that the server is out of reach. applyFeed ignores the changes of another filter.
  useEffect(() => {
    if (start === null) return;
    setFeedError(null);
    const following = follow(start.asOf);
    feed.current = Object.assign(following, { filterKey: start.filterKey });
    return () => {
      following.close();
      feed.current = null;
    };
  }, [start]);
  // Changes may have arrived while this page was loading.
  useEffect(() => {
    if (asOf !== null) applyFeed();
  }, [asOf]);
  const items = data?.items;
  useEffect(() => {
    if (items !== undefined) showRowsInDrawer(items);
  }, [items]);

  return {
    query,
    /** The page that the address names; undefined until it has been read. */
    data,
    /** The count and position of the list without its rows, while another of its pages is being read. */
    known: known === undefined || data !== undefined ? data : withoutRows(known, limit),
    feedError,
    /** The ids of payments that arrived or changed on the screen. */
    changed,
    /** How many payments entered the list and are not shown, up to `maxEntered`. */
    unseen: data?.heldBack?.entered.length ?? 0,
    showUnseen: () => void refetch(),
  };
}

/** The total of a list, without anything that belongs to one of its pages. */
const withoutRows = (page: LivePage, limit: number): LivePage => ({
  ...page,
  items: [],
  totalPages: Math.ceil(page.total / limit),
  nextCursor: null,
  prevCursor: null,
});

/** The `asOf` of the first page that was read with this filter. */
function useFeedStart(filterKey: string, asOf: number | null) {
  const [start, setStart] = useState<{ filterKey: string; asOf: number } | null>(null);
  if (asOf !== null && start?.filterKey !== filterKey) setStart({ filterKey, asOf });
  return start;
}
