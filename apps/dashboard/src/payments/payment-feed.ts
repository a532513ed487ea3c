import type { PaymentFilter } from '@paydeck/client';
import { client, queryClient, trpc } from '../client.ts';
import type { PaymentChange } from './live-page.ts';

/** Changes are shown together: at a thousand events a second rows would flicker, and the page would be busy. */
const gatherMs = 100;
/** Enough for what comes while a page is being read. */
const changesKept = 2_000;

export type PaymentFeed = {
  /** The last changes, oldest first. */
  readonly changes: readonly PaymentChange[];
  close(): void;
};

/** Follows the payments of a filter from a log position on; `onChanges` hears that there are more of them. */
export function followPayments(
  filter: PaymentFilter,
  asOf: number,
  { onChanges, onError }: { onChanges: () => void; onError: (error: unknown) => void },
): PaymentFeed {
  let changes: PaymentChange[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tell = () => {
    timer = null;
    onChanges();
  };
  const subscription = client.api.payments.onChange.subscribe(
    { filter, lastEventId: asOf },
    {
      onError,
      onData: ({ id, data }) => {
        // The log no longer goes back to where this page was.
        if (data.type === 'reset') return void queryClient.invalidateQueries(trpc.payments.pathFilter());
        const { membership, payment } = data;
        changes = [...changes.slice(1 - changesKept), { position: Number(id), membership, payment }];
        refreshDetails(payment);
        timer ??= setTimeout(tell, gatherMs);
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

/** What an open drawer shows of a payment. */
function refreshDetails(payment: PaymentChange['payment']): void {
  queryClient.setQueryData(trpc.payments.byId.queryKey({ id: payment.id }), (known) => known && payment);
  void queryClient.invalidateQueries(trpc.payments.history.queryFilter({ id: payment.id }));
}
