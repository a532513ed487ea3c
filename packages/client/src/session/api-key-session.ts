import { reasonOf } from '../errors.ts';
import { watchedValue } from '../watched-value.ts';
import type { Session } from './session.ts';

/** The session of a client with an API key: there is nothing to refresh, and after the server refused the key every call fails. */
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
    recover: async (_refusedToken, error) => {
      if (reasonOf(error) === 'api_key_invalid') refusal ??= error;
      // Later subscriptions are refused as `not_signed_in`, since the socket has no key any more: report why.
      if (refusal !== null) throw refusal;
      return false;
    },
    replace: async () => {},
  };
}
