import { hkdfSync } from 'node:crypto';
import type { Database } from '@paydeck/db/connection';
import { insertTicketUse } from '@paydeck/db/stream-tickets';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';
import { authenticate } from './authenticate.ts';

export type StreamTickets = {
  /** A ticket that opens one event stream with this access token or API key, within 30 seconds. */
  issue(token: string): Promise<{ ticket: string; expiresAt: Date }>;
  /**
   * The caller whose token the ticket stands for. The ticket can't be used again. Rejects with `ticket_invalid` if it was used
   * before or has expired, or like `authenticate`.
   */
  redeem(ticket: string): Promise<Actor>;
};

const lifetimeSeconds = 30;
const header = { alg: 'dir', enc: 'A256GCM', typ: 'stream-ticket+jwt' } as const;
const claims = z.object({ jti: z.uuid(), token: z.string() });

/**
 * Tickets for event streams. A browser's `EventSource` can't send a header, so what opens a stream stands in its URL, which proxies
 * log. A ticket holds the caller's token, encrypted with a key that is derived from `secret` (RFC 7516, RFC 5869), so every process
 * can read it and the stream ends when the token does. Tested by stream-tickets.test.ts.
 */
export function createStreamTickets({
  secret,
  db,
  ...credentials
}: { secret: string; db: Database } & Parameters<typeof authenticate>[0]): StreamTickets {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'paydeck stream tickets', 32));

  const tokenIn = async (ticket: string) => {
    const { jwtDecrypt } = await import('jose/jwt/decrypt');
    try {
      const { payload } = await jwtDecrypt(ticket, key, {
        contentEncryptionAlgorithms: [header.enc],
        keyManagementAlgorithms: [header.alg],
        typ: header.typ,
      });
      return claims.parse(payload);
    } catch (cause) {
      throw invalid(cause);
    }
  };

  return {
    issue: async (token) => {
      // Loaded at the first use: most servers have no event streams.
      const { EncryptJWT } = await import('jose/jwt/encrypt');
      const expiresAt = new Date(Math.floor(Date.now() / 1_000 + lifetimeSeconds) * 1_000);
      const ticket = await new EncryptJWT({ token })
        .setProtectedHeader(header)
        .setJti(uuidv7())
        .setExpirationTime(expiresAt)
        .encrypt(key);
      return { ticket, expiresAt };
    },
    redeem: async (ticket) => {
      const { jti, token } = await tokenIn(ticket);
      const actor = await authenticate(credentials, token);
      const use = { userId: actor.userId, apiKeyId: actor.apiKey?.id ?? null, ticketId: jti };
      if (!(await insertTicketUse(db, use))) throw invalid();
      return actor;
    },
  };
}

/** A ticket for the caller's token. Rejects with `not_signed_in` if the call came without one. */
export async function issueStreamTicket({
  streamTickets,
  token,
}: {
  streamTickets: StreamTickets;
  token?: string | null | undefined;
}): Promise<{ ticket: string; expiresAt: Date }> {
  if (token == null) throw new AppError('not_signed_in', 'Sign in first.');
  return streamTickets.issue(token);
}

const invalid = (cause?: unknown) =>
  new AppError(
    'ticket_invalid',
    'A ticket opens one stream, within 30 seconds. Get another one from auth.streamTicket.',
    { cause },
  );
