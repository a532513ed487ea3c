import '../ui/table.css';
import { Link } from 'wouter';
import { formatExact } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { Badge, Skeleton } from '../ui/card.tsx';
import { RecentTime } from '../ui/recent-time.tsx';
import { useIsNarrow } from '../ui/use-is-narrow.ts';
import { methodNames, type Payment, statusNames, statusTones } from './payment-words.ts';

const allHeads = ['Receiver', 'Description', 'Method', 'Created', 'Status', 'Amount'] as const;
const narrowHeads = ['Receiver', 'Amount'] as const;
type Head = (typeof allHeads)[number];

const placeholderWidths: Record<Head, string> = {
  Receiver: '60%',
  Description: '70%',
  Method: '80%',
  Created: '80%',
  Status: '64px',
  Amount: '100%',
};

/** A page of payments. `items` is undefined while it loads. A narrow window gets two columns of two lines. */
export function PaymentsTable({
  items,
  changed,
  rows,
  open,
  linkTo,
}: {
  items: readonly Payment[] | undefined;
  /** The ids of payments that have just arrived or changed. */
  changed: ReadonlySet<string>;
  rows: number;
  /** The id of the payment in the drawer. */
  open: string | null;
  linkTo: (id: string) => string;
}) {
  const isNarrow = useIsNarrow();
  const heads = isNarrow ? narrowHeads : allHeads;
  return (
    <table className="table payments-table">
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} className={head === 'Amount' ? 'right' : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items?.map((payment) => (
          <PaymentRow
            key={payment.id}
            payment={payment}
            isChanged={changed.has(payment.id)}
            isOpen={payment.id === open}
            isNarrow={isNarrow}
            href={linkTo(payment.id)}
          />
        ))}
        {items === undefined &&
          Array.from({ length: rows }, (_, n) => n).map((n) => <SkeletonRow key={n} heads={heads} />)}
      </tbody>
    </table>
  );
}

function PaymentRow({
  payment,
  isChanged,
  isOpen,
  isNarrow,
  href,
}: {
  payment: Payment;
  isChanged: boolean;
  isOpen: boolean;
  isNarrow: boolean;
  href: string;
}) {
  const { id, receiver, description, method, status, amountMinor, currency, createdAt, updatedAt } = payment;
  const link = (
    // The link covers its row, so its tooltip is that of the row: what the columns cut off.
    <Link
      href={href}
      className="row-link"
      dir="auto"
      aria-current={isOpen || undefined}
      title={[receiver, description, formatExact(createdAt)].filter(Boolean).join('\n')}
    >
      {receiver}
    </Link>
  );
  const badge = (
    // The key changes with each update, so that the highlight plays again.
    <span key={updatedAt.getTime()} className={isChanged ? 'arrival' : undefined}>
      <Badge tone={statusTones[status]}>{statusNames[status]}</Badge>
    </span>
  );
  const amount = formatMoney(amountMinor, currency);
  if (isNarrow) {
    return (
      <tr data-payment={id} data-status={status}>
        <td className="receiver">
          {link}
          <RecentTime at={createdAt} className="soft" />
        </td>
        <td className="right keep">
          <div className="amount">{amount}</div>
          {badge}
        </td>
      </tr>
    );
  }
  return (
    <tr data-payment={id} data-status={status}>
      <td className="receiver">{link}</td>
      <td className="clip soft" dir="auto">
        {description}
      </td>
      <td className="keep">{methodNames[method]}</td>
      <td className="keep soft">
        <RecentTime at={createdAt} />
      </td>
      <td>{badge}</td>
      <td className="right keep amount">{amount}</td>
    </tr>
  );
}

const SkeletonRow = ({ heads }: { heads: readonly Head[] }) => (
  <tr>
    {heads.map((head) => (
      <td key={head}>
        <Skeleton width={placeholderWidths[head]} />
      </td>
    ))}
  </tr>
);
