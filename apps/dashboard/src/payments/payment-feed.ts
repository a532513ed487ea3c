import type { PaymentFilter } from '@paydeck/client';
import { client, queryClient, trpc } from '../client.ts';
import type { PaymentChange } from './live-page.ts';

/** Changes are shown in batches: at a thousand events a second, rows would flicker and the page would lag. */
const batchMs = 100;
/** Enough for the changes that arrive while a page is being read. */
const maxChanges = 2_000;

export type PaymentFeed = {
  /** The latest changes, oldest first. */
  readonly changes: readonly PaymentChange[];
  close(): void;
};

/** Subscribes to the payments of a filter after a log position. Calls `onChanges` once for each batch of changes. */
export function followPayments(
  filter: PaymentFilter,
  asOf: number,
  { onChanges, onError }: { onChanges: () => void; onError: (error: unknown) => void },
): PaymentFeed {
  let changes: PaymentChange[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
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
        changes = [...changes.slice(1 - maxChanges), { position: Number(id), membership, payment }];
        refreshDetails(payment);
        timer ??= setTimeout(flush, batchMs);
      },
    },
  );
  return {
    get changes() {
      return changes;
    },
    close: () => {
      subscription.unsubscribe();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Updates the drawer, if it shows this payment. */
function refreshDetails(payment: PaymentChange['payment']): void {
  queryClient.setQueryData(trpc.payments.byId.queryKey({ id: payment.id }), (known) => known && payment);
  void queryClient.invalidateQueries(trpc.payments.history.queryFilter({ id: payment.id }));
}
