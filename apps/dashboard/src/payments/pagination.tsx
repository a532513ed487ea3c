import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import type { SubmitEvent } from 'react';
import { formatCount } from '../format/numbers.ts';
import { IconButton } from '../ui/button.tsx';
import { Select } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import type { LivePage } from './live-page.ts';
import { type PaymentsSearch, pageSizes } from './payments-search.ts';

/**
 * Goes to any page by its number. The next and the previous page are read by cursor, so no payment is skipped or shown
 * twice when new ones arrive.
 */
export function Pagination({
  search,
  data,
  onChange,
}: {
  search: PaymentsSearch;
  data: LivePage;
  onChange: (changes: Partial<PaymentsSearch>) => void;
}) {
  const { page, limit } = search;
  const { totalPages, totalIsExact, nextCursor, prevCursor } = data;
  const hasNext = nextCursor !== null || page < totalPages;
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const requested = Math.trunc(Number(textOf(new FormData(event.currentTarget), 'page')));
    if (requested < 1) return;
    onChange({ page: totalIsExact ? Math.min(requested, totalPages) : requested, cursor: null });
  };
  return (
    <nav className="pagination" aria-label="Pagination">
      <Select
        className="select-quiet"
        aria-label="Payments per page"
        value={limit}
        onChange={(event) => onChange({ limit: Number(event.target.value), page: 1, cursor: null })}
      >
        {pageSizes.map((size) => (
          <option key={size} value={size}>
            {size} per page
          </option>
        ))}
      </Select>
      <IconButton
        label="First page"
        disabled={page === 1}
        onClick={() => onChange({ page: 1, cursor: null })}
      >
        <ChevronFirst aria-hidden />
      </IconButton>
      <IconButton
        label="Previous page"
        disabled={page === 1}
        onClick={() => onChange({ page: page - 1, cursor: page === 2 ? null : prevCursor })}
      >
        <ChevronLeft aria-hidden />
      </IconButton>
      <form onSubmit={submit}>
        <label>
          <span className="visually-hidden">Page</span>
          {/* The key resets the input when another page is shown. */}
          <input key={page} className="input number" name="page" inputMode="numeric" defaultValue={page} />
        </label>
        <span className="soft number">
          of {totalIsExact ? '' : 'at least '}
          {formatCount(Math.max(totalPages, page))}
        </span>
      </form>
      <IconButton
        label="Next page"
        disabled={!hasNext}
        onClick={() => onChange({ page: page + 1, cursor: nextCursor })}
      >
        <ChevronRight aria-hidden />
      </IconButton>
      <IconButton
        label="Last page"
        disabled={!totalIsExact || page >= totalPages}
        onClick={() => onChange({ page: totalPages, cursor: null })}
      >
        <ChevronLast aria-hidden />
      </IconButton>
    </nav>
  );
}
