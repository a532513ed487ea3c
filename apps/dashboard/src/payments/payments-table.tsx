import '../ui/table.css';
import { Link } from 'wouter';
import { formatExact, formatRecent } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { Badge, Skeleton } from '../ui/card.tsx';
import { methodNames, type Payment, statusNames, statusTones } from './payment-words.ts';

/** A page of payments. `items` is undefined while it loads. */
export function PaymentsTable({
  items,
  changed,
  rows,
  linkTo,
}: {
  items: readonly Payment[] | undefined;
  /** The ids of payments that have just arrived or changed. */
  changed: ReadonlySet<string>;
  rows: number;
  linkTo: (id: string) => string;
}) {
  return (
    <table className="table payments-table">
      <thead>
        <tr>
          <th>Receiver</th>
          <th className="wide">Description</th>
          <th className="wide">Method</th>
          <th className="wide">Created</th>
          <th>Status</th>
          <th className="right">Amount</th>
        </tr>
      </thead>
      <tbody>
        {items?.map((payment) => (
          <PaymentRow
            key={payment.id}
            payment={payment}
            isChanged={changed.has(payment.id)}
            href={linkTo(payment.id)}
          />
        ))}
        {items === undefined && Array.from({ length: rows }, (_, n) => n).map((n) => <SkeletonRow key={n} />)}
      </tbody>
    </table>
  );
}

function PaymentRow({ payment, isChanged, href }: { payment: Payment; isChanged: boolean; href: string }) {
  const { id, receiver, description, method, status, amountMinor, currency, createdAt, updatedAt } = payment;
  return (
    <tr data-payment={id} data-status={status}>
      <td className="receiver">
        <Link href={href} className="row-link" dir="auto">
          {receiver}
        </Link>
        <span className="soft narrow">{formatRecent(createdAt)}</span>
      </td>
      <td className="clip soft wide" dir="auto">
        {description}
      </td>
      <td className="keep wide">{methodNames[method]}</td>
      <td className="keep soft wide">
        <time dateTime={createdAt.toISOString()} title={formatExact(createdAt)}>
          {formatRecent(createdAt)}
        </time>
      </td>
      <td>
        {/* The key changes with each update, so that the highlight plays again. */}
        <span key={updatedAt.getTime()} className={isChanged ? 'arrival' : undefined}>
          <Badge tone={statusTones[status]}>{statusNames[status]}</Badge>
        </span>
      </td>
      <td className="right keep amount">{formatMoney(amountMinor, currency)}</td>
    </tr>
  );
}

function SkeletonRow() {
  return (
    <tr>
      <td>
        <Skeleton width="60%" />
      </td>
      <td className="wide">
        <Skeleton width="70%" />
      </td>
      <td className="wide">
        <Skeleton width="80%" />
      </td>
      <td className="wide">
        <Skeleton width="80%" />
      </td>
      <td>
        <Skeleton width="64px" />
      </td>
      <td>
        <Skeleton width="100%" />
      </td>
    </tr>
  );
}
