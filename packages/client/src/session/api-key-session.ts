import { reasonOf } from '../errors.ts';
import { watchedValue } from '../live/watched-value.ts';
import type { Session } from './session.ts';

/**
 * The sign-in of a client that has an API key: it is never refreshed, and once the server has refused it no call is made
 * with it any more.
 */
export function createApiKeySession(apiKey: string): Session {
  let refusal: unknown = null;
  return {
    user: watchedValue(null),
    current: () => (refusal === null ? { accessToken: apiKey } : null),
    load: async () => null,
    fresh: async () => {
      if (refusal !== null) throw refusal;
      return null;
    },
    recover: async (_refused, error) => {
      if (reasonOf(error) === 'api_key_invalid') refusal ??= error;
      // What a subscription on a socket without the key was told is not why it has none.
      if (refusal !== null) throw refusal;
      return false;
    },
    replace: async () => {},
  };
}
