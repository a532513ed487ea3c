import type { Actor } from '../auth/actor.ts';
import { AppError } from '../errors.ts';
import type { ApiSettings } from '../settings.ts';

type Call = { actor: Actor; settings: ApiSettings };

/** Whether this server requires a second factor of the caller. API keys are long secrets, so they need none. */
export const requiresSecondFactor = ({ actor, settings }: Call): boolean =>
  settings.requireSecondFactor === 'admins' && actor.role === 'admin' && actor.apiKey === null;

/** Whether the caller has the rights of an admin: an admin who has a second factor, or needs none. */
export const isAdminWithSecondFactor = (call: Call): boolean =>
  call.actor.role === 'admin' && (call.actor.hasSecondFactor || !requiresSecondFactor(call));

/** Refuses an admin who must have a second factor and has none. Reason: `second_factor_missing`. */
export function refuseWithoutSecondFactor(call: Call): void {
  if (!requiresSecondFactor(call) || call.actor.hasSecondFactor) return;
  throw new AppError(
    'second_factor_missing',
    'Admins of this server need a second factor. Set up yours first, with secondFactor.enrolTotp, on the page or with `paydeck second-factor add`.',
  );
}
