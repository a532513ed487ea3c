import type { PaymentFilter } from '@paydeck/client';
import { client, queryClient, trpc } from '../client.ts';
import type { PaymentChange } from './live-page.ts';

/** Changes are shown in batches: at a thousand events a second, rows would flicker and the page would lag. */
const batchMs = 100;
/** Enough for the changes that arrive while a page is being read. */
const maxChanges = 2_000;
/** A window that slept gets thousands of changes at once: they are shown before the oldest of them are forgotten. */
const batchSize = maxChanges / 2;

export type PaymentFeed = {
  /** The latest changes, oldest first. */
  readonly changes: readonly PaymentChange[];
  /** The position of the latest change that is no longer in `changes`; 0 if all are. A page before it must be read again. */
  readonly forgottenUpTo: number;
  close(): void;
};

/** Subscribes to the payments of a filter after a log position. Calls `onChanges` once for each batch of changes. */
export function followPayments(
  filter: PaymentFilter,
  asOf: number,
  { onChanges, onError }: { onChanges: () => void; onError: (error: unknown) => void },
): PaymentFeed {
  const changes: PaymentChange[] = [];
  let forgottenUpTo = 0;
  let waiting = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const stopTimer = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  const flush = () => {
    stopTimer();
    waiting = 0;
    onChanges();
  };
  const subscription = client.api.payments.onChange.subscribe(
    { filter, lastEventId: asOf },
    {
      onError,
      onData: ({ id, data }) => {
        // The log no longer reaches back to the position of this page.
        if (data.type === 'reset') return void queryClient.invalidateQueries(trpc.payments.pathFilter());
        const { membership, payment } = data;
        changes.push({ position: Number(id), membership, payment });
        if (changes.length > maxChanges) forgottenUpTo = changes.shift()?.position ?? forgottenUpTo;
        showInDrawer(payment);
        waiting += 1;
        if (waiting >= batchSize) flush();
        else timer ??= setTimeout(flush, batchMs);
      },
    },
  );
  return {
    get changes() {
      return changes;
    },
    get forgottenUpTo() {
      return forgottenUpTo;
    },
    close: () => {
      subscription.unsubscribe();
      stopTimer();
    },
  };
}

/** The drawer must not show older states of payments than the rows of the list. */
export function showRowsInDrawer(rows: readonly PaymentChange['payment'][]): void {
  for (const row of rows) {
    const known = queryClient.getQueryData(trpc.payments.byId.queryKey({ id: row.id }));
    if (known !== undefined && known.updatedAt < row.updatedAt) showInDrawer(row);
  }
}

/** Updates the drawer, if it has shown this payment. */
function showInDrawer(payment: PaymentChange['payment']): void {
  queryClient.setQueryData(trpc.payments.byId.queryKey({ id: payment.id }), (known) => known && payment);
  void queryClient.invalidateQueries(trpc.payments.history.queryFilter({ id: payment.id }));
}
