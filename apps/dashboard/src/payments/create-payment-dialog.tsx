import { type RouterInputs, randomIdempotencyKey } from '@paydeck/client';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useRef, useState } from 'react';
import { trpc } from '../client.ts';
import { amountExample, formatMoney, parseMoney } from '../format/money.ts';
import { CurrencyOptions } from '../ui/currency-options.tsx';
import { issueFor } from '../ui/explain-error.ts';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { choicesOf, optionalTextOf, textOf } from '../ui/form-data.ts';
import { type DialogProps, FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';
import { methodNames, methods, type Status, statuses, statusNames } from './payment-words.ts';
import { useDefaultCurrency } from './use-default-currency.ts';

type NewPayment = RouterInputs['payments']['create'];

export function CreatePaymentDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const currency = useDefaultCurrency();
  const [status, setStatus] = useState<Status>('pending');
  const [amountError, setAmountError] = useState<string>();
  const lastSent = useRef({ payment: '', idempotencyKey: '' });
  const change = (next: boolean) => {
    // Its fields are made anew each time.
    setStatus('pending');
    setAmountError(undefined);
    onOpenChange(next);
  };
  const create = useMutation(
    trpc.payments.create.mutationOptions({
      onSuccess: (payment) => {
        lastSent.current = { payment: '', idempotencyKey: '' };
        change(false);
        toast(`Recorded ${formatMoney(payment.amountMinor, payment.currency)} to ${payment.receiver}.`);
      },
    }),
  );

  /** What was sent without an answer may be there: sent again, it has the same key, and is recorded once. */
  const send = (payment: NewPayment) => {
    const text = JSON.stringify(payment);
    if (lastSent.current.payment !== text) {
      lastSent.current = { payment: text, idempotencyKey: randomIdempotencyKey() };
    }
    create.mutate({ ...payment, idempotencyKey: lastSent.current.idempotencyKey });
  };

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const form = new FormData(event.currentTarget);
    const currency = textOf(form, 'currency');
    const amountMinor = parseMoney(textOf(form, 'amount'), currency);
    const [method] = choicesOf(form, 'method', methods);
    const isAmount = amountMinor !== null && amountMinor > 0;
    setAmountError(
      isAmount ? undefined : `Write an amount of ${currency}, such as ${amountExample(currency)}.`,
    );
    if (!isAmount || method === undefined) return;
    send({
      amountMinor,
      currency,
      method,
      status,
      receiver: textOf(form, 'receiver'),
      description: optionalTextOf(form, 'description'),
      ...(status === 'failed' && {
        failureCode: optionalTextOf(form, 'failureCode'),
        failureMessage: optionalTextOf(form, 'failureMessage'),
      }),
    });
  };

  return (
    <FormDialog
      title="New payment"
      open={open}
      onOpenChange={change}
      action="Record payment"
      mutation={create}
      onSubmit={submit}
    >
      <div className="form-row">
        <TextField
          label="Amount"
          name="amount"
          inputMode="decimal"
          autoComplete="off"
          required
          error={amountError ?? issueFor(create.error, 'amountMinor')}
        />
        <SelectField label="Currency" name="currency" defaultValue={currency}>
          <CurrencyOptions first={currency} />
        </SelectField>
      </div>
      <TextField
        label="Receiver"
        name="receiver"
        autoComplete="off"
        required
        minLength={2}
        maxLength={100}
        error={issueFor(create.error, 'receiver')}
      />
      <div className="form-row">
        <SelectField label="Method" name="method">
          {methods.map((method) => (
            <option key={method} value={method}>
              {methodNames[method]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Status"
          name="status"
          value={status}
          onChange={(event) => setStatus(statuses.find((one) => one === event.target.value) ?? 'pending')}
        >
          {statuses.map((one) => (
            <option key={one} value={one}>
              {statusNames[one]}
            </option>
          ))}
        </SelectField>
      </div>
      {status === 'failed' && (
        <>
          <TextField
            label="Failure code"
            name="failureCode"
            maxLength={64}
            hint="Letters, digits, dots, dashes and underscores."
            error={issueFor(create.error, 'failureCode')}
          />
          <TextField label="What went wrong" name="failureMessage" maxLength={500} />
        </>
      )}
      <TextArea
        label="Description"
        name="description"
        maxLength={500}
        hint="Optional."
        error={issueFor(create.error, 'description')}
      />
    </FormDialog>
  );
}
