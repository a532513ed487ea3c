import './payments.css';
import { reasonOf, type SignedInUser } from '@paydeck/client';
import { ArrowUp, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { formatDateTime } from '../format/dates.ts';
import { plural } from '../format/numbers.ts';
import { ViewHead } from '../shell/app-shell.tsx';
import { AsOfTime, ShownState } from '../shell/shown-state.tsx';
import { Button } from '../ui/button.tsx';
import { Banner, ErrorNotice } from '../ui/card.tsx';
import { explainError } from '../ui/explain-error.ts';
import { CreatePaymentDialog } from './create-payment-dialog.tsx';
import { DeadCursor, EmptyList } from './empty-list.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { maxEntered } from './live-page.ts';
import { Pagination } from './pagination.tsx';
import { PaymentDrawer } from './payment-drawer.tsx';
import {
  type FilterFields,
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
  const [typed, setTyped] = useState<{ text: string; before: string } | null>(null);

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
  const { query, feedError, changed, unseen, showUnseen, ...live } = useLivePayments(search, rowsMayMove);
  // While a search is being typed, the list is not of the text in the search box.
  const isTyping = typed?.before === fields.search && typed.text.trim() !== fields.search;
  const { data, known } = isTyping ? {} : live;
  const error = data === undefined && !isTyping ? query.error : null;

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
          <ShownState isError={error !== null}>
            {data && (
              <>
                {describeTotal(data)}, as of <AsOfTime asOf={data.asOf} readAtMs={query.dataUpdatedAt} />
              </>
            )}
          </ShownState>
        }
        updateError={data && query.error}
      >
        <ExportButton filter={toPaymentFilter(fields)} total={data?.total} />
        {user.role === 'admin' && (
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden /> New payment
          </Button>
        )}
      </ViewHead>
      <FilterBar
        fields={fields}
        onChange={filterBy}
        onTyping={(text) => setTyped({ text, before: fields.search })}
      />
      {feedError !== null && <Banner>{explainError(feedError)}</Banner>}
      {error !== null ? (
        <section className="card">
          {cursor !== null && reasonOf(error) === 'invalid_cursor' ? (
            <DeadCursor onFirst={() => go({ page: 1, cursor: null })} />
          ) : (
            <ErrorNotice error={error} retry={() => void query.refetch()} />
          )}
        </section>
      ) : data?.items.length === 0 ? (
        <section className="card">
          <EmptyList
            page={data}
            search={search}
            canImport={user.role === 'admin'}
            onClear={() => go({ fields: noFields, page: 1, cursor: null })}
            onGo={go}
          />
        </section>
      ) : (
        <section className="card payments" aria-label="Payments" aria-busy={data === undefined}>
          {/* Takes no space, so no row moves when the button appears. */}
          <div className="new-place" role="status">
            {unseen > 0 && (
              <Button look="primary" onClick={showNew}>
                <ArrowUp aria-hidden /> {unseen === maxEntered && 'At least '}
                {plural(unseen, 'new payment')}
              </Button>
            )}
          </div>
          <div ref={table}>
            <PaymentsTable
              items={data?.items}
              changed={changed}
              rows={search.limit}
              open={payment}
              linkTo={(id) => `/payments?${writePaymentsSearch({ ...search, payment: id })}`}
            />
          </div>
          {data?.searchedTo !== undefined && (
            <p className="soft searched-to">
              Searched payments since {formatDateTime(data.searchedTo)}. The next page searches further back.
            </p>
          )}
          {known !== undefined && <Pagination search={search} data={known} onChange={go} />}
        </section>
      )}
      <PaymentDrawer
        id={payment}
        ids={data?.items.map(({ id }) => id) ?? []}
        isAdmin={user.role === 'admin'}
        onShow={(id) => go({ payment: id }, true)}
        onClose={() => go({ payment: null })}
      />
      {user.role === 'admin' && <CreatePaymentDialog open={isCreating} onOpenChange={setCreating} />}
    </>
  );
}

/** A total that is not exact counts the matches among the newest payments. */
function describeTotal({ total, totalIsExact }: { total: number; totalIsExact: boolean }): string {
  if (totalIsExact) return plural(total, 'payment');
  return total === 0 ? 'No recent payments' : `At least ${plural(total, 'payment')}`;
}
