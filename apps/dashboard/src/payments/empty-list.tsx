import { CreditCard, SearchX } from 'lucide-react';
import { Link } from 'wouter';
import { formatDateTime } from '../format/dates.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/card.tsx';
import type { LivePage } from './live-page.ts';
import { isFiltered, type PaymentsSearch } from './payments-search.ts';

/** Says why a page has no payments, and offers what to do next. */
export function EmptyList({
  page: { total, searchedTo, nextCursor },
  search: { fields, page, cursor },
  canImport,
  onClear,
  onGo,
}: {
  page: LivePage;
  search: PaymentsSearch;
  canImport: boolean;
  onClear: () => void;
  onGo: (changes: Partial<PaymentsSearch>) => void;
}) {
  const toFirst = <Button onClick={() => onGo({ page: 1, cursor: null })}>Go to the first page</Button>;
  if (searchedTo !== undefined) {
    const further = () => onGo({ page: page + 1, cursor: nextCursor });
    return (
      <Notice
        icon={SearchX}
        title="No matches so far"
        action={<Button onClick={further}>Search further back</Button>}
      >
        The payments since {formatDateTime(searchedTo)} were searched. A text of three letters or more is
        searched in all payments at once.
      </Notice>
    );
  }
  if (cursor !== null) {
    return (
      <Notice icon={SearchX} title="No more payments" action={toFirst}>
        No older payments match your filters.
      </Notice>
    );
  }
  if (total > 0) {
    return (
      <Notice icon={SearchX} title="Page not found" action={toFirst}>
        The list has fewer pages than that.
      </Notice>
    );
  }
  return isFiltered(fields) ? (
    <Notice
      icon={SearchX}
      title="No matching payments"
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      New payments that match your filters appear here.
    </Notice>
  ) : (
    <Notice
      icon={CreditCard}
      title="No payments yet"
      action={
        canImport && (
          <Link href="/import" className="button button-normal">
            Import a file
          </Link>
        )
      }
    >
      New payments appear here as they are recorded.
    </Notice>
  );
}

/** For a link whose cursor is damaged. The list itself is fine. */
export function DeadCursor({ onFirst }: { onFirst: () => void }) {
  return (
    <div role="alert">
      <Notice
        icon={SearchX}
        title="This page of the list can’t be found"
        action={<Button onClick={onFirst}>Go to the first page</Button>}
      >
        The link to it is damaged or out of date. The first page has the same filters.
      </Notice>
    </div>
  );
}
