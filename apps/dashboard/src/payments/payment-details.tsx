import { reasonOf } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { trpc } from '../client.ts';
import { formatFull } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { Badge, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { CodeText } from '../ui/code-text.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { CorrectPayment } from './correct-payment.tsx';
import { PaymentHistory } from './payment-history.tsx';
import { methodNames, type Payment, statusNames, statusTones } from './payment-words.ts';
import { SettlePayment } from './settle-payment.tsx';

/** The fields and the history of a payment, and the actions of an admin. */
export function PaymentDetails({ id, isAdmin }: { id: string; isAdmin: boolean }) {
  const payment = useQuery(trpc.payments.byId.queryOptions({ id }));
  const history = useQuery(trpc.payments.history.queryOptions({ id }));
  const { data } = payment;
  if (data === undefined) {
    if (isDeadLink(payment.error)) return <NoPayment />;
    return payment.isError ? (
      <ErrorNotice error={payment.error} retry={() => void payment.refetch()} />
    ) : (
      <div className="overlay-body">
        <Skeleton width="50%" />
        <Skeleton width="80%" />
      </div>
    );
  }
  return (
    <div className="overlay-body">
      <div className="payment-head">
        <span className="payment-amount">{formatMoney(data.amountMinor, data.currency)}</span>
        <Badge tone={statusTones[data.status]}>{statusNames[data.status]}</Badge>
      </div>
      {isAdmin && <SettlePayment payment={data} />}
      <dl className="details">
        {factsOf(data, history.data?.every(({ type }) => type === 'created') ?? false).map(
          ([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {isAdmin && <CorrectPayment payment={data} />}
      <PaymentHistory id={id} />
    </div>
  );
}

/** Whether no payment can have the id, or none has it. Trying again would not help. */
const isDeadLink = (error: unknown) => ['payment_not_found', 'invalid_input'].includes(reasonOf(error) ?? '');

const NoPayment = () => (
  <Notice icon={SearchX} title="Payment not found">
    No payment has the ID in this link. Check that the link is complete, or close this panel to see the list.
  </Notice>
);

/** The name and the value of each field that has one, in the order in which they are shown. */
function factsOf(payment: Payment, isUnchanged: boolean): [string, ReactNode][] {
  const { failureCode, failureMessage, createdAt, updatedAt } = payment;
  // The history has the time of a change made here. Only that of an imported payment is in no other place.
  const wasUpdatedElsewhere = isUnchanged && updatedAt > createdAt;
  const facts: Record<Exclude<keyof Payment, InAnotherPlace>, [string, ReactNode]> = {
    receiver: ['Receiver', payment.receiver],
    description: ['Description', payment.description],
    method: ['Method', methodNames[payment.method]],
    currency: ['Currency', payment.currency],
    failureCode: [
      'Failure',
      (failureCode !== null || failureMessage !== null) && (
        <>
          {failureMessage !== null && <span>{failureMessage}</span>}
          {failureCode !== null && (
            <span className="mono">
              <CodeText code={failureCode} />
            </span>
          )}
        </>
      ),
    ],
    createdAt: ['Created', formatFull(createdAt)],
    updatedAt: ['Updated', wasUpdatedElsewhere && formatFull(updatedAt)],
    id: [
      'ID',
      <span key="id" className="payment-id">
        {payment.id}
        <CopyButton text={payment.id} label="Copy ID" />
      </span>,
    ],
  };
  return Object.values(facts).filter(([, value]) => value);
}

/** The fields in the head of the drawer, and the one under `failureCode`. */
type InAnotherPlace = 'amountMinor' | 'status' | 'failureMessage';
