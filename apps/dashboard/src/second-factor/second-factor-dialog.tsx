import './second-factor.css';
import { reasonOf } from '@paydeck/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { formatDateTime } from '../format/dates.ts';
import { Segments, TextField } from '../ui/field.tsx';
import { type DialogProps, FormDialog } from '../ui/form-dialog.tsx';
import { OwnPasswordField } from '../ui/own-password-field.tsx';
import { useToast } from '../ui/toasts.tsx';
import { QrCode } from './qr-code.tsx';
import { type Action, actions, nextStep, type Step } from './steps.ts';

/** Adds, replaces and removes the user's own authenticator, and renews the recovery codes. */
export function SecondFactorDialog({ open, onOpenChange }: DialogProps) {
  const toast = useToast();
  const state = useQuery(trpc.secondFactor.get.queryOptions());
  const [step, setStep] = useState<Step>({ name: 'choose' });
  const [choice, setChoice] = useState<Action>('codes');
  const totp = state.data?.totp ?? null;
  const action = totp === null ? 'replace' : choice;

  const advance = useMutation({
    mutationFn: (form: FormData) => nextStep(step, action, form),
    onSuccess: (next) => {
      setStep(next);
      // All data: an admin may read more, or less, now.
      void queryClient.invalidateQueries();
      if (next.name !== 'removed') return;
      onOpenChange(false);
      toast('Your authenticator app was removed. Your password alone is enough to sign in now.');
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    if (step.name === 'codes') onOpenChange(false);
    else advance.mutate(new FormData(event.currentTarget));
  };
  const isWrongPassword = reasonOf(advance.error) === 'invalid_credentials';
  const isWrongCode = reasonOf(advance.error) === 'second_factor_invalid';
  return (
    <FormDialog
      title="Second factor"
      open={open}
      onOpenChange={onOpenChange}
      action={step.name === 'codes' ? 'Done' : step.name === 'confirm' ? 'Confirm' : 'Continue'}
      isDone={step.name === 'codes'}
      actionLook={action === 'remove' && step.name === 'choose' ? 'danger' : 'primary'}
      mutation={advance}
      isErrorInField={isWrongPassword || isWrongCode}
      onSubmit={submit}
    >
      {step.name === 'choose' && (
        <>
          <p>
            {totp === null
              ? 'With an authenticator app, your password alone is not enough to sign in. Adding it ends your other sessions.'
              : `You sign in with an authenticator app since ${formatDateTime(totp.addedAt)}. Recovery codes left: ${state.data?.recoveryCodes}.`}
          </p>
          {totp !== null && (
            <Segments label="What to do" choices={actions} value={choice} onChange={setChoice} />
          )}
          <OwnPasswordField isWrong={isWrongPassword} />
        </>
      )}
      {step.name === 'confirm' && (
        <>
          <p>Scan this with your authenticator app, then type in the code that the app shows.</p>
          <QrCode text={step.uri} label="QR code for your authenticator app" />
          <p className="second-factor-secret">
            Or type this key into the app: <code>{step.secret}</code>
          </p>
          <TextField
            key="code"
            label="Code"
            name="code"
            autoComplete="one-time-code"
            inputMode="numeric"
            required
            maxLength={50}
            error={isWrongCode ? 'That code is wrong. Type in the one that the app shows now.' : undefined}
          />
        </>
      )}
      {step.name === 'codes' && (
        <>
          <p>
            These are your recovery codes. Each lets you sign in once without the app. They are shown only
            now, so keep them in a safe place.
          </p>
          <ul className="recovery-codes" aria-label="Recovery codes">
            {step.recoveryCodes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
        </>
      )}
    </FormDialog>
  );
}
