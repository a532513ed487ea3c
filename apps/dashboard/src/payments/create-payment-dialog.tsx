import { type EveryPaymentField, randomIdempotencyKey } from '@paydeck/client';
import { type PaymentStatus, paymentMethods, paymentStatuses, textLimits } from '@paydeck/contract/payments';
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
import { FailureFields } from './failure-fields.tsx';
import { methodNames, statusNames } from './payment-words.ts';
import { useDefaultCurrency } from './use-default-currency.ts';

export function CreatePaymentDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const currency = useDefaultCurrency();
  const [status, setStatus] = useState<PaymentStatus>('pending');
  const [amountError, setAmountError] = useState<string>();
  const lastSent = useRef({ payment: '', idempotencyKey: '' });
  const change = (next: boolean) => {
    // The dialog opens with empty fields each time.
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

  /** A payment whose answer was lost may be stored. Sending it again reuses its key, so it is recorded once. */
  const send = (payment: EveryPaymentField) => {
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
    const [method] = choicesOf(form, 'method', paymentMethods);
    const isFailed = status === 'failed';
    const isAmount = amountMinor !== null && amountMinor > 0;
    setAmountError(
      isAmount ? undefined : `Enter an amount in ${currency}, such as ${amountExample(currency)}.`,
    );
    if (!isAmount || method === undefined) return;
    send({
      amountMinor,
      currency,
      method,
      status,
      receiver: textOf(form, 'receiver'),
      description: optionalTextOf(form, 'description'),
      failureCode: isFailed ? optionalTextOf(form, 'failureCode') : undefined,
      failureMessage: isFailed ? optionalTextOf(form, 'failureMessage') : undefined,
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
        <SelectField
          label="Currency"
          name="currency"
          defaultValue={currency}
          error={issueFor(create.error, 'currency')}
        >
          <CurrencyOptions first={currency} />
        </SelectField>
      </div>
      <TextField
        label="Receiver"
        name="receiver"
        autoComplete="off"
        required
        minLength={textLimits.receiver.min}
        maxLength={textLimits.receiver.max}
        error={issueFor(create.error, 'receiver')}
      />
      <div className="form-row">
        <SelectField label="Method" name="method">
          {paymentMethods.map((method) => (
            <option key={method} value={method}>
              {methodNames[method]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Status"
          name="status"
          value={status}
          onChange={(event) =>
            setStatus(paymentStatuses.find((choice) => choice === event.target.value) ?? 'pending')
          }
        >
          {paymentStatuses.map((choice) => (
            <option key={choice} value={choice}>
              {statusNames[choice]}
            </option>
          ))}
        </SelectField>
      </div>
      {status === 'failed' && <FailureFields error={create.error} />}
      <TextArea
        label="Description"
        name="description"
        maxLength={textLimits.description.max}
        hint="Optional."
        error={issueFor(create.error, 'description')}
      />
    </FormDialog>
  );
}
