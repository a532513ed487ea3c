import type { Role } from '@paydeck/contract/users';
import { noCaller } from '@paydeck/db/audit-log';
import { createTestDatabase } from '@paydeck/db/testing';
import { insertUser } from '@paydeck/db/users';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../src/auth/actor.ts';
import type { Services, SignedInContext } from '../src/context.ts';
import { AppError } from '../src/errors.ts';
import { createCaller } from '../src/router.ts';
import { createServices } from '../src/services.ts';
import { testCaller } from './test-caller.ts';

export type TestServices = AsyncDisposable & {
  services: Services;
  /** The context of a new user with this role, and a caller with that context. */
  signedIn(role: Role): Promise<{ ctx: SignedInContext; caller: ReturnType<typeof createCaller> }>;
  anonymous: ReturnType<typeof createCaller>;
};

/** The services of one process on a new database. Its users have contexts without sign-in, so tests need no bcrypt. */
export async function createTestServices(): Promise<TestServices> {
  const { db, ...database } = await createTestDatabase();
  const services = await createServices({
    db,
    settings: { defaultCurrency: 'USD', amountLimits: {}, requireSecondFactor: 'nobody' },
    jwtSecret: 'a-secret-that-only-the-tests-know-0123456789',
    accessTokenTtlSeconds: 900,
    onError: () => {},
  });
  const context = { ...services, requestId: 'test', caller: testCaller, idempotencyKey: null };
  let users = 0;
  return {
    services,
    anonymous: createCaller({
      ...context,
      authenticate: () => Promise.reject(new AppError('not_signed_in', 'Sign in first.')),
    }),
    signedIn: async (role) => {
      users += 1;
      const [userId, username] = [uuidv7(), `${role}-${users}`];
      await insertUser(db, { id: userId, username, passwordHash: 'none', role, actorId: null, ...noCaller });
      const actor: Actor = {
        userId,
        username,
        role,
        hasSecondFactor: false,
        sessionId: uuidv7(),
        apiKey: null,
        expiresAt: new Date(Date.now() + 900_000),
      };
      const ctx = { ...context, actor, authenticate: () => Promise.resolve(actor) };
      return { ctx, caller: createCaller(ctx) };
    },
    [Symbol.asyncDispose]: async () => {
      await services.close();
      await database[Symbol.asyncDispose]();
    },
  };
}
