import { randomUUID } from 'node:crypto';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import type { Reason } from '@paydeck/contract/reasons';
import type { Role } from '@paydeck/contract/users';
import { noCaller } from '@paydeck/db/audit-log';
import type { Database, OnQuery } from '@paydeck/db/connection';
import { createTestDatabase } from '@paydeck/db/testing';
import { insertUser } from '@paydeck/db/users';
import { authenticate } from '../src/auth/authenticate.ts';
import type { Services } from '../src/context.ts';
import { type AppError, toAppError } from '../src/errors.ts';
import { createCaller } from '../src/router.ts';
import { createServices } from '../src/services.ts';
import { testCaller } from './test-caller.ts';

export const knownPassword = 'correct horse';
/** Cheaper than those of the server, so that tests with many sign-ins are not slow. */
const knownHash = bcryptHash(knownPassword, { cost: 4 });

export type Caller = ReturnType<typeof createCaller>;

export type TestApi = AsyncDisposable & {
  db: Database;
  services: Services;
  /** A caller with this access token or API key. */
  as(token: string | null, services?: Services): Caller;
  /** Starts the services of another process on the same database. */
  startPeer(): Promise<Services>;
  /** Creates a user whose password is `knownPassword`. */
  addUser(user?: { username?: string; role?: Role }): Promise<{ id: string; username: string }>;
  /** Creates a user and signs in. */
  signIn(user?: { username?: string; role?: Role }): Promise<SignedIn>;
};

type SignedIn = Awaited<ReturnType<Caller['auth']['login']>> & { call: Caller };

/** The whole API on a new database, without HTTP. */
export async function startTestApi(options: { onQuery?: OnQuery } = {}): Promise<TestApi> {
  const scope = new AsyncDisposableStack();
  const { db } = scope.use(await createTestDatabase(options));
  const startServices = async () => {
    const services = await createServices({
      db,
      settings: { defaultCurrency: 'USD', amountLimits: {}, requireSecondFactor: 'nobody' },
      jwtSecret: 'a secret of tests, long enough for HS256',
      accessTokenTtlSeconds: 900,
      onError: (error) => {
        throw error;
      },
    });
    scope.defer(services.close);
    return services;
  };
  const services = await startServices();

  const as = (token: string | null, via: Services = services) =>
    createCaller({
      ...via,
      requestId: 'test',
      caller: testCaller,
      authenticate: () => authenticate(via, token),
      idempotencyKey: null,
    });

  const addUser: TestApi['addUser'] = async ({ username, role = 'viewer' } = {}) => {
    const id = randomUUID();
    const name = username ?? `user-${id.slice(0, 8)}`;
    await insertUser(db, {
      id,
      username: name,
      passwordHash: await knownHash,
      role,
      actorId: null,
      ...noCaller,
    });
    return { id, username: name };
  };

  return {
    db,
    services,
    as,
    addUser,
    startPeer: startServices,
    signIn: async (user) => {
      const { username } = await addUser(user);
      const signedIn = await as(null).auth.login({ username, password: knownPassword });
      return { ...signedIn, call: as(signedIn.accessToken) };
    },
    [Symbol.asyncDispose]: () => scope.disposeAsync(),
  };
}

/** The error of a call as its caller sees it; null when the call succeeds. */
export function refusalOf(call: Promise<unknown>): Promise<AppError | null> {
  return call.then(() => null, toAppError);
}

export async function reasonOf(call: Promise<unknown>): Promise<Reason | undefined> {
  return (await refusalOf(call))?.reason;
}
