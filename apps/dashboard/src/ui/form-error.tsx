import { isRetryable, issuesOf, reasonOf } from '@paydeck/client';
import { Banner } from './card.tsx';
import { explainError } from './explain-error.ts';

/** Why a form could not be sent, unless its fields show the reason. */
export function FormError({ error }: { error: unknown }) {
  return error === null || issuesOf(error).length > 0 ? null : <Banner>{explain(error)}</Banner>;
}

/** Without an answer, the change may have been made. */
const explain = (error: unknown) =>
  isRetryable(error) && reasonOf(error) === null
    ? 'The server did not answer, so your change may or may not be saved. Send it again: it will not be saved twice.'
    : explainError(error);
