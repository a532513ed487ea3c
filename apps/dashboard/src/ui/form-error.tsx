import { issuesOf } from '@paydeck/client';
import { Banner } from './card.tsx';
import { explainError } from './explain-error.ts';

/** Why a form could not be sent, unless it is said at the fields themselves. */
export function FormError({ error }: { error: unknown }) {
  return error === null || issuesOf(error).length > 0 ? null : <Banner>{explainError(error)}</Banner>;
}
