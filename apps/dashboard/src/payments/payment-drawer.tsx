import './payment-drawer.css';
import '../ui/overlay.css';
import { Dialog } from '@base-ui/react/dialog';
import { reasonOf } from '@paydeck/client';
import { useQuery } from '@tanstack/react-query';
import { SearchX, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { trpc } from '../client.ts';
import { formatExact } from '../format/dates.ts';
import { formatMoney } from '../format/money.ts';
import { IconButton } from '../ui/button.tsx';
import { Badge, ErrorNotice, Notice, Skeleton } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { CorrectPayment } from './correct-payment.tsx';
import { PaymentHistory } from './payment-history.tsx';
import { methodNames, type Payment, statusNames, statusTones } from './payment-words.ts';
import { SettlePayment } from './settle-payment.tsx';

/** A panel beside the list with the details and history of one payment. */
export function PaymentDrawer({
  id,
  isAdmin,
  onClose,
}: {
  id: string | null;
  isAdmin: boolean;
  onClose: () => void;
}) {
  const sheet = useRef<HTMLDivElement>(null);
  // The payment stays visible while the drawer closes.
  const [shownId, setShownId] = useState(id);
  if (id !== null && id !== shownId) setShownId(id);
  return (
    <Dialog.Root open={id !== null} onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        {/* The focus is not on Close, which a key that was meant for a field would press. */}
        <Dialog.Popup ref={sheet} className="sheet" initialFocus={sheet}>
          <div className="overlay-head">
            <Dialog.Title>Payment</Dialog.Title>
            {shownId !== null && <CopyButton key={shownId} text={linkTo(shownId)} label="Copy link" />}
            <Dialog.Close render={<IconButton label="Close" />}>
              <X aria-hidden />
            </Dialog.Close>
          </div>
          {shownId !== null && <PaymentDetails key={shownId} id={shownId} isAdmin={isAdmin} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function PaymentDetails({ id, isAdmin }: { id: string; isAdmin: boolean }) {
  const payment = useQuery(trpc.payments.byId.queryOptions({ id }));
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
        {factsOf(data).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">
              {value}
              {name === 'ID' && <CopyButton text={value} label="Copy ID" />}
            </dd>
          </div>
        ))}
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
    No payment has the id of this link. Check that the link is complete, or close this panel to see the list.
  </Notice>
);

/** The address of a payment, without the filter of the list behind it. */
const linkTo = (id: string) => `${window.location.origin}${window.location.pathname}?payment=${id}`;

/** The name and the text of each field that has one, in the order in which they are shown. */
function factsOf(payment: Payment): [string, string][] {
  const facts: Record<Exclude<keyof Payment, InHead>, [string, string | null]> = {
    receiver: ['Receiver', payment.receiver],
    description: ['Description', payment.description],
    method: ['Method', methodNames[payment.method]],
    currency: ['Currency', payment.currency],
    failureCode: ['Failure code', payment.failureCode],
    failureMessage: ['Failure message', payment.failureMessage],
    createdAt: ['Created', formatExact(payment.createdAt)],
    updatedAt: ['Updated', formatExact(payment.updatedAt)],
    id: ['ID', payment.id],
  };
  return Object.values(facts).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
}

/** The fields that the head of the drawer shows. */
type InHead = 'amountMinor' | 'status';
