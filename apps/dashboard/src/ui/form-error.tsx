import { isRetryable, issuesOf, reasonOf } from '@paydeck/client';
import { Banner } from './card.tsx';
import { explainError } from './explain-error.ts';

/** Why a form could not be sent, unless it is said at the fields themselves. */
export function FormError({ error }: { error: unknown }) {
  return error === null || issuesOf(error).length > 0 ? null : <Banner>{explain(error)}</Banner>;
}

/** No answer is no refusal: it may have been done. */
const explain = (error: unknown) =>
  isRetryable(error) && reasonOf(error) === null
    ? 'The server did not answer, so this may be done or not. Send it again: it is done once.'
    : explainError(error);
