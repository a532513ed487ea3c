import { useMutation } from '@tanstack/react-query';
import { Pencil } from 'lucide-react';
import { type SubmitEvent, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { Button } from '../ui/button.tsx';
import { issueFor } from '../ui/explain-error.ts';
import { TextArea, TextField } from '../ui/field.tsx';
import { textOf } from '../ui/form-data.ts';
import { FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import type { Payment } from './payment-words.ts';

/** Corrects the receiver and the description of a payment. Its history keeps what they were. */
export function CorrectPayment({ payment }: { payment: Payment }) {
  const { id } = payment;
  const [isOpen, setOpen] = useState(false);
  const correct = useMutation(
    trpc.payments.update.mutationOptions({
      onSuccess: (corrected) => {
        setOpen(false);
        queryClient.setQueryData(trpc.payments.byId.queryKey({ id }), corrected);
      },
      onSettled: () => queryClient.invalidateQueries(trpc.payments.pathFilter()),
    }),
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const receiver = textOf(form, 'receiver').trim();
    const description = textOf(form, 'description').trim();
    const isOther = {
      receiver: receiver !== payment.receiver,
      description: description !== (payment.description ?? ''),
    };
    if (!isOther.receiver && !isOther.description) return setOpen(false);
    correct.mutate({
      id,
      ...(isOther.receiver && { receiver }),
      ...(isOther.description && { description: description || null }),
    });
  };
  return (
    <div>
      <Button onClick={() => setOpen(true)}>
        <Pencil aria-hidden /> Correct…
      </Button>
      <FormDialog
        title="Correct the payment"
        open={isOpen}
        onOpenChange={setOpen}
        action="Save"
        mutation={correct}
        ownErrors={noOwnErrors}
        onSubmit={submit}
      >
        <TextField
          label="Receiver"
          name="receiver"
          autoComplete="off"
          required
          defaultValue={payment.receiver}
          error={issueFor(correct.error, 'receiver')}
        />
        <TextArea
          label="Description"
          name="description"
          hint="Optional. The history keeps the earlier texts."
          defaultValue={payment.description ?? ''}
          error={issueFor(correct.error, 'description')}
        />
      </FormDialog>
    </div>
  );
}
