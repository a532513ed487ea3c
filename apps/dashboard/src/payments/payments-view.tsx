import './payments.css';
import type { SignedInUser } from '@paydeck/client';
import { ArrowUp, CreditCard, Plus, SearchX } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { formatClock } from '../format/dates.ts';
import { plural } from '../format/numbers.ts';
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

/** When the page is scrolled further down than this, the top of the list is out of sight. */
const topPx = 80;

/** The list of payments: filtered, in pages, updated live. The address holds its whole state. */
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
  const rowsMayMove = () =>
    isFirst &&
    window.scrollY <= topPx &&
    payment === null &&
    !table.current?.matches(':hover, :focus-within');
  const { query, feedError, changed, unseen, showUnseen } = useLivePayments(search, rowsMayMove);
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
              ? 'Loading…'
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
          {/* Takes no space, so no row moves when the button appears. */}
          <div className="new-place" role="status">
            {unseen > 0 && (
              <Button look="primary" onClick={showNew}>
                <ArrowUp aria-hidden /> {plural(unseen, 'new payment')}
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
        title="Page not found"
        action={<Button onClick={onFirst}>Go to the first page</Button>}
      >
        The list has fewer pages than that.
      </Notice>
    );
  }
  return isFiltered ? (
    <Notice
      icon={SearchX}
      title="No matching payments"
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      New payments that match your filters appear here.
    </Notice>
  ) : (
    <Notice icon={CreditCard} title="No payments yet">
      New payments appear here as they are recorded.
    </Notice>
  );
}
