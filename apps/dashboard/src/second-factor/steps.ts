import { client } from '../client.ts';
import { textOf } from '../ui/form-data.ts';

/** The content of the dialog: the choice, the new authenticator that waits for its first code, or new recovery codes. */
export type Step =
  | { name: 'choose' }
  | { name: 'confirm'; secret: string; uri: string }
  | { name: 'codes'; recoveryCodes: readonly string[] }
  | { name: 'removed' };

export const actions = [
  { value: 'codes', label: 'New recovery codes' },
  { value: 'replace', label: 'Another app' },
  { value: 'remove', label: 'Remove app' },
] as const;
export type Action = (typeof actions)[number]['value'];

/** Sends the form of a step, and returns the step after it. Without an authenticator, the only action is to add one. */
export async function nextStep(step: Step, action: Action, form: FormData): Promise<Step> {
  const { secondFactor } = client.api;
  if (step.name === 'confirm') {
    return { name: 'codes', ...(await secondFactor.confirmTotp.mutate({ code: textOf(form, 'code') })) };
  }
  const password = textOf(form, 'password');
  if (action === 'codes')
    return { name: 'codes', ...(await secondFactor.renewRecoveryCodes.mutate({ password })) };
  if (action === 'replace')
    return { name: 'confirm', ...(await secondFactor.enrolTotp.mutate({ password })) };
  await secondFactor.removeTotp.mutate({ password });
  return { name: 'removed' };
}
