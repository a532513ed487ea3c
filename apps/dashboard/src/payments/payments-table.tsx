import '../ui/table.css';
import { Link } from 'wouter';
import { formatDateShort, formatDateTime } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { Badge, Bone } from '../ui/card.tsx';
import { methodNames, type Payment, statusNames, statusTones } from './payment-words.ts';

/** A page of payments; undefined `items` are still being read. */
export function PaymentsTable({
  items,
  changed,
  rows,
  linkTo,
}: {
  items: readonly Payment[] | undefined;
  /** The ids of those that have just come or changed. */
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
        {items === undefined && Array.from({ length: rows }, (_, n) => n).map((n) => <WaitingRow key={n} />)}
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
        <span className="soft narrow">{formatDateShort(createdAt)}</span>
      </td>
      <td className="clip soft wide">{description}</td>
      <td className="keep wide">{methodNames[method]}</td>
      <td className="keep soft wide">
        <time dateTime={createdAt.toISOString()}>{formatDateTime(createdAt)}</time>
      </td>
      <td>
        {/* A new element for each change, so that the change is seen. */}
        <span key={updatedAt.getTime()} className={isChanged ? 'arrival' : undefined}>
          <Badge tone={statusTones[status]}>{statusNames[status]}</Badge>
        </span>
      </td>
      <td className="right keep amount">{formatMoney(amountMinor, currency)}</td>
    </tr>
  );
}

function WaitingRow() {
  return (
    <tr>
      <td>
        <Bone width="60%" />
      </td>
      <td className="wide">
        <Bone width="70%" />
      </td>
      <td className="wide">
        <Bone width="80%" />
      </td>
      <td className="wide">
        <Bone width="80%" />
      </td>
      <td>
        <Bone width="64px" />
      </td>
      <td>
        <Bone width="100%" />
      </td>
    </tr>
  );
}
