import { type EveryPaymentField, randomIdempotencyKey } from '@paydeck/client';
import { type PaymentStatus, paymentMethods, paymentStatuses } from '@paydeck/contract/payments';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { trpc } from '../client.ts';
import { formatMoney } from '../format/money.ts';
import { CurrencyOptions } from '../ui/currency-options.tsx';
import { issueFor } from '../ui/explain-error.ts';
import { SelectField, TextArea, TextField } from '../ui/field.tsx';
import { type DialogProps, FormDialog, noOwnErrors } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';
import { useCurrencies } from '../ui/use-currencies.ts';
import { FailureFields } from './failure-fields.tsx';
import { discardDraft, getDraft, keepDraft } from './payment-draft.ts';
import { methodNames, statusNames } from './payment-words.ts';
import { readPaymentForm } from './read-payment-form.ts';

/** The form of a new payment. What was typed is there again after Escape, Close or a click beside it; Cancel discards it. */
export function CreatePaymentDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const { fields } = getDraft();
  const currencies = useCurrencies();
  const defaultCurrency = currencies?.default;
  const currency = fields.get('currency') ?? defaultCurrency;
  const [status, setStatus] = useState<PaymentStatus>(statusFrom(fields.get('status')));
  const [errors, setErrors] = useState(noOwnErrors);
  const change = (next: boolean) => {
    setStatus(statusFrom(getDraft().fields.get('status')));
    setErrors(noOwnErrors);
    onOpenChange(next);
  };
  const create = useMutation(
    trpc.payments.create.mutationOptions({
      onSuccess: (payment) => {
        keepDraft({ lastSent: { payment: '', idempotencyKey: '' } });
        discardDraft();
        change(false);
        toast(`Recorded ${formatMoney(payment.amountMinor, payment.currency)} to ${payment.receiver}.`);
      },
    }),
  );

  /** A payment whose answer was lost may be stored. Sending it again reuses its key, so it is recorded once. */
  const send = (payment: EveryPaymentField) => {
    const text = JSON.stringify(payment);
    if (getDraft().lastSent.payment !== text)
      keepDraft({ lastSent: { payment: text, idempotencyKey: randomIdempotencyKey() } });
    create.mutate({ ...payment, idempotencyKey: getDraft().lastSent.idempotencyKey });
  };

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    const form = readPaymentForm(new FormData(event.currentTarget), status);
    setErrors(form.errors);
    create.reset();
    if (form.payment !== null) send(form.payment);
  };
  /** `sentAs` is the name of the field in the call. */
  const errorOf = (field: string, sentAs = field) => errors[field] ?? issueFor(create.error, sentAs);

  return (
    <FormDialog
      title="New payment"
      open={open}
      onOpenChange={change}
      action="Record payment"
      mutation={create}
      ownErrors={errors}
      onChange={({ currentTarget }) => keepDraft({ fields: textsOf(new FormData(currentTarget)) })}
      onCancel={discardDraft}
      onSubmit={submit}
    >
      {fields.size > 0 && <p className="soft">The form has what you entered before. Cancel discards it.</p>}
      <div className="form-row">
        <TextField
          label="Amount"
          name="amount"
          inputMode="decimal"
          autoComplete="off"
          required
          defaultValue={fields.get('amount')}
          error={errorOf('amount', 'amountMinor')}
        />
        <SelectField label="Currency" name="currency" defaultValue={currency} error={errorOf('currency')}>
          <CurrencyOptions first={defaultCurrency} inUse={currencies?.inUse} />
        </SelectField>
      </div>
      <TextField
        label="Receiver"
        name="receiver"
        autoComplete="off"
        required
        defaultValue={fields.get('receiver')}
        error={errorOf('receiver')}
      />
      <div className="form-row">
        <SelectField label="Method" name="method" defaultValue={fields.get('method')}>
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
          onChange={({ target }) => setStatus(statusFrom(target.value))}
        >
          {paymentStatuses.map((choice) => (
            <option key={choice} value={choice}>
              {statusNames[choice]}
            </option>
          ))}
        </SelectField>
      </div>
      {status === 'failed' && <FailureFields errorOf={errorOf} texts={fields} />}
      <TextArea
        label="Description"
        name="description"
        hint="Optional."
        defaultValue={fields.get('description')}
        error={errorOf('description')}
      />
    </FormDialog>
  );
}

const statusFrom = (text: string | undefined): PaymentStatus =>
  paymentStatuses.find((status) => status === text) ?? 'pending';

const textsOf = (form: FormData): ReadonlyMap<string, string> =>
  new Map([...form].map(([name, value]) => [name, String(value)]));
