import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { issueFor } from '../ui/explain-error.ts';
import { optionalTextOf } from '../ui/form-data.ts';
import { FormError } from '../ui/form-error.tsx';
import { FailureFields } from './failure-fields.tsx';
import { type Payment, statusNames } from './payment-words.ts';

/**
 * Marks a pending payment as succeeded or failed, which is final. If somebody else settles it while a reason for its failure
 * is being written, the reason stays and the form says why it can't be sent.
 */
export function SettlePayment({ payment: { id, status } }: { payment: Payment }) {
  const [isFormOpen, setFormOpen] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const settle = useMutation(
    trpc.payments.update.mutationOptions({
      onSuccess: (payment) => {
        queryClient.setQueryData(trpc.payments.byId.queryKey({ id }), payment);
        setFormOpen(false);
      },
      onSettled: () => queryClient.invalidateQueries(trpc.payments.pathFilter()),
    }),
  );
  useEffect(() => {
    if (isFormOpen) form.current?.querySelector('input')?.focus();
  }, [isFormOpen]);
  const fail = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    settle.mutate({
      id,
      status: 'failed',
      failureCode: optionalTextOf(fields, 'failureCode'),
      failureMessage: optionalTextOf(fields, 'failureMessage'),
    });
  };
  const isLate = status !== 'pending' && !settle.isPending;
  if (status !== 'pending' && !isFormOpen) return null;
  return (
    <div className="settle">
      {!isLate && <FormError error={settle.error} />}
      {isFormOpen ? (
        <form ref={form} noValidate onSubmit={fail}>
          {isLate && (
            <Banner>
              Somebody else settled this payment while you were writing. It is “{statusNames[status]}” now,
              and your text was not saved.
            </Banner>
          )}
          <FailureFields errorOf={(field) => issueFor(settle.error, field)} />
          <div className="settle-actions">
            <Button onClick={() => setFormOpen(false)}>{isLate ? 'Discard' : 'Cancel'}</Button>
            {!isLate && (
              <Button type="submit" look="danger" disabled={settle.isPending}>
                Mark as failed
              </Button>
            )}
          </div>
        </form>
      ) : (
        <div className="settle-actions">
          <Button
            look="primary"
            disabled={settle.isPending}
            onClick={() => settle.mutate({ id, status: 'success' })}
          >
            <CircleCheck aria-hidden /> Mark as succeeded
          </Button>
          <Button look="danger" onClick={() => setFormOpen(true)}>
            <CircleX aria-hidden /> Mark as failed…
          </Button>
        </div>
      )}
    </div>
  );
}
