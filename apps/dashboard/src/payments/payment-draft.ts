import { client } from '../client.ts';

type Draft = {
  /** The texts in the fields of the form, by field. Empty when there is no unfinished payment. */
  fields: ReadonlyMap<string, string>;
  /** The payment that was sent last without an answer, as JSON, and the key with which sending it again records it once. */
  lastSent: { payment: string; idempotencyKey: string };
};

const nothing: Draft = { fields: new Map(), lastSent: { payment: '', idempotencyKey: '' } };

/** The unfinished payment of this page. It outlives the dialog and the view, but neither the session nor a reload. */
let draft = nothing;

export const getDraft = (): Draft => draft;

export function keepDraft(changes: Partial<Draft>): void {
  draft = { ...draft, ...changes };
}

export const discardDraft = (): void => keepDraft({ fields: nothing.fields });

client.session.subscribe(() => {
  // The next user must not see what this one typed.
  if (client.session.user === null) draft = nothing;
});
