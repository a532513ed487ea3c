import './payments.css';
import type { SignedInUser } from '@paydeck/client';
import { ArrowUp, CreditCard, Plus, SearchX } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { formatClock } from '../format/dates.ts';
import { formatCount, plural } from '../format/numbers.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { Button } from '../ui/button.tsx';
import { Banner, ErrorNotice, Notice } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { CreatePaymentDialog } from './create-payment-dialog.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Pagination } from './pagination.tsx';
import { PaymentDrawer } from './payment-drawer.tsx';
import {
  type FilterFields,
  isFiltered,
  noFields,
  type PaymentsSearch,
  readPaymentsSearch,
  toPaymentFilter,
  writePaymentsSearch,
} from './payments-search.ts';
import { PaymentsTable } from './payments-table.tsx';
import { useLivePayments } from './use-live-payments.ts';

/** How far down the reader may be for the top of the list still to be in sight. */
const topPx = 80;

/** All payments, filtered and page by page, as they come and change. The address holds all of it. */
export function PaymentsView({ user }: { user: SignedInUser }) {
  const [params, setParams] = useSearchParams();
  const search = readPaymentsSearch(params);
  const { fields, page, cursor, payment } = search;
  const table = useRef<HTMLDivElement>(null);
  const [isCreating, setCreating] = useState(false);

  const go = (changes: Partial<PaymentsSearch>, replace = false) =>
    setParams(writePaymentsSearch({ ...search, ...changes }), { replace });
  const filterBy = (changes: Partial<FilterFields>, replace = false) =>
    go({ fields: { ...fields, ...changes }, page: 1, cursor: null }, replace);

  const isFirst = page === 1 && cursor === null;
  const mayMove = () =>
    isFirst &&
    window.scrollY <= topPx &&
    payment === null &&
    !table.current?.matches(':hover, :focus-within');
  const { query, feedError, changed, unseen, showUnseen } = useLivePayments(search, mayMove);
  const { data } = query;

  const showNew = () => {
    window.scrollTo({ top: 0 });
    if (isFirst) showUnseen();
    else go({ page: 1, cursor: null });
  };

  return (
    <>
      <ViewHead
        title="Payments"
        note={
          <span className="number">
            {data === undefined
              ? 'Counting…'
              : `${data.totalIsExact ? '' : 'More than '}${plural(data.total, 'payment')}, as of ${formatClock(new Date(query.dataUpdatedAt))}`}
          </span>
        }
      >
        <ExportButton filter={toPaymentFilter(fields)} total={data?.total} />
        {user.role === 'admin' && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden /> New payment
          </Button>
        )}
      </ViewHead>
      <FilterBar fields={fields} onChange={filterBy} />
      {feedError !== null && <Banner>{explainError(feedError)}</Banner>}
      {data === undefined && query.isError ? (
        <section className="card">
          <ErrorNotice error={query.error} retry={() => void query.refetch()} />
        </section>
      ) : data?.items.length === 0 ? (
        <section className="card">
          <EmptyList
            isFiltered={isFiltered(fields)}
            isBeyondEnd={data.total > 0}
            onClear={() => go({ fields: noFields, page: 1, cursor: null })}
            onFirst={() => go({ page: 1, cursor: null })}
          />
        </section>
      ) : (
        <section className="card payments" aria-label="Payments" aria-busy={query.isPlaceholderData}>
          {/* Takes no room: nothing moves when it comes. */}
          <div className="new-place" role="status">
            {unseen > 0 && (
              <Button look="primary" onClick={showNew}>
                <ArrowUp aria-hidden /> {formatCount(unseen)} new
              </Button>
            )}
          </div>
          <div ref={table}>
            <PaymentsTable
              items={data?.items}
              changed={changed}
              rows={search.limit}
              linkTo={(id) => `/payments?${writePaymentsSearch({ ...search, payment: id })}`}
            />
          </div>
          {data !== undefined && <Pagination search={search} data={data} onChange={go} />}
        </section>
      )}
      <PaymentDrawer id={payment} isAdmin={user.role === 'admin'} onClose={() => go({ payment: null })} />
      {user.role === 'admin' && <CreatePaymentDialog open={isCreating} onOpenChange={setCreating} />}
    </>
  );
}

function EmptyList({
  isFiltered,
  isBeyondEnd,
  onClear,
  onFirst,
}: {
  isFiltered: boolean;
  isBeyondEnd: boolean;
  onClear: () => void;
  onFirst: () => void;
}) {
  if (isBeyondEnd) {
    return (
      <Notice
        icon={SearchX}
        title="There is no such page"
        action={<Button onClick={onFirst}>First page</Button>}
      >
        The list ends before it.
      </Notice>
    );
  }
  return isFiltered ? (
    <Notice
      icon={SearchX}
      title="No payment matches"
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      One that does will appear here as it comes.
    </Notice>
  ) : (
    <Notice icon={CreditCard} title="No payments yet">
      They appear here as they are recorded.
    </Notice>
  );
}
