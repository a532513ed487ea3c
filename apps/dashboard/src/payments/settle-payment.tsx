import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { Button } from '../ui/button.tsx';
import { optionalTextOf } from '../ui/form-data.ts';
import { FormError } from '../ui/form-error.tsx';
import { FailureFields } from './failure-fields.tsx';

/** Marks a pending payment as succeeded or failed, which is final. */
export function SettlePayment({ id }: { id: string }) {
  const [isFormOpen, setFormOpen] = useState(false);
  const settle = useMutation(
    trpc.payments.update.mutationOptions({
      onSuccess: (payment) => void queryClient.setQueryData(trpc.payments.byId.queryKey({ id }), payment),
      onSettled: () => queryClient.invalidateQueries(trpc.payments.pathFilter()),
    }),
  );
  const fail = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const failureCode = optionalTextOf(form, 'failureCode');
    settle.mutate({
      id,
      status: 'failed',
      failureCode,
      failureMessage: optionalTextOf(form, 'failureMessage'),
    });
  };
  return (
    <div className="settle">
      <FormError error={settle.error} />
      {isFormOpen ? (
        <form onSubmit={fail}>
          <FailureFields error={settle.error} />
          <div className="settle-actions">
            <Button onClick={() => setFormOpen(false)}>Cancel</Button>
            <Button type="submit" look="danger" disabled={settle.isPending}>
              Mark as failed
            </Button>
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
