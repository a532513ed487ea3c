import { randomBytes, randomUUID } from 'node:crypto';
import { noCaller } from '@paydeck/db/audit-log';
import { auditLog, users } from '@paydeck/db/schema';
import { insertSession } from '@paydeck/db/sessions';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAuthenticator } from '../../testing/add-authenticator.ts';
import { knownPassword, reasonOf, refusalOf, startTestApi, type TestApi } from '../../testing/test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

async function runSql(text: string): Promise<void> {
  const client = api.db.dedicatedClient();
  await client.unsafe(text);
  await client.end();
}

async function addUserWithAuthenticator() {
  const signedIn = await api.signIn();
  return { ...signedIn, ...(await addAuthenticator(signedIn.call)) };
}

/** Signs in with the right password, and returns what the sign-in asks for. */
async function startSignIn(username: string) {
  const refusal = await refusalOf(api.as(null).auth.login({ username, password: knownPassword }));
  expect(refusal?.reason).toBe('second_factor_required');
  if (!refusal?.secondFactor) throw new Error('The sign-in must ask for a second factor.');
  return refusal.secondFactor;
}

const verify = (challenge: string, code: string) => api.as(null).auth.verifySecondFactor({ challenge, code });

test('a sign-in with an authenticator needs the password and a code', async () => {
  const { user, authenticator } = await addUserWithAuthenticator();
  const request = await startSignIn(user.username);
  expect(request).toEqual({
    challenge: expect.stringMatching(/^[\w-]{64}$/),
    methods: ['totp', 'recovery_code'],
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const code = authenticator.code();
  const signedIn = await verify(request.challenge, `${code.slice(0, 3)} ${code.slice(3)}`);
  expect(signedIn).toEqual({
    accessToken: expect.stringMatching(/^ey/),
    refreshToken: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: expect.any(Date),
    user,
  });
  expect((await api.as(signedIn.accessToken).auth.me()).username).toBe(user.username);
});

test('a wrong password does not say that there is a second factor', async () => {
  const { user } = await addUserWithAuthenticator();
  const login = api.as(null).auth.login({ username: user.username, password: 'wrong password' });
  expect(await refusalOf(login)).toMatchObject({ reason: 'invalid_credentials', secondFactor: null });
});

test('a code works once, also at the same time, and an earlier code does not work after it', async () => {
  const { user, authenticator } = await addUserWithAuthenticator();
  const challenges = await Promise.all(
    Array.from({ length: 4 }, async () => (await startSignIn(user.username)).challenge),
  );
  const code = authenticator.code();
  const outcomes = await Promise.all(challenges.map((challenge) => reasonOf(verify(challenge, code))));
  expect(outcomes.sort()).toEqual([
    'second_factor_invalid',
    'second_factor_invalid',
    'second_factor_invalid',
    undefined,
  ]);
  const { challenge } = await startSignIn(user.username);
  expect(await reasonOf(verify(challenge, code))).toBe('second_factor_invalid');
  expect(await reasonOf(verify(challenge, authenticator.code(-1)))).toBe('second_factor_invalid');
  expect(await reasonOf(verify(challenge, authenticator.code(1)))).toBeUndefined();
});

test('the code that added the authenticator does not open a session', async () => {
  const { user, authenticator } = await addUserWithAuthenticator();
  const { challenge } = await startSignIn(user.username);
  expect(await reasonOf(verify(challenge, authenticator.code(-1)))).toBe('second_factor_invalid');
});

test('a recovery code works once, however it is typed, and is recorded', async () => {
  const { user, recoveryCodes, call } = await addUserWithAuthenticator();
  expect(recoveryCodes).toHaveLength(10);
  const [code = ''] = recoveryCodes;
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  const typed = code.toLowerCase().replaceAll('-', ' ');
  const first = await startSignIn(user.username);
  expect((await verify(first.challenge, typed)).user).toEqual(user);
  const second = await startSignIn(user.username);
  expect(await reasonOf(verify(second.challenge, code))).toBe('second_factor_invalid');
  await api.services.auditTrail.flush();
  expect(await call.secondFactor.get()).toMatchObject({ recoveryCodes: 9 });
  const actions = await api.db.orm
    .select({ action: auditLog.action, address: auditLog.address })
    .from(auditLog)
    .where(eq(auditLog.subjectId, user.id))
    .orderBy(asc(auditLog.id));
  expect(actions.map(({ action }) => action)).toEqual([
    'user.create',
    'user.login',
    'second_factor.add',
    'second_factor.use_recovery_code',
    'user.login',
    'user.second_factor_failed',
  ]);
  expect(actions.slice(1).every(({ address }) => address !== null)).toBe(true);
});

test('a recovery code of another user is wrong', async () => {
  const [one, other] = [await addUserWithAuthenticator(), await addUserWithAuthenticator()];
  const { challenge } = await startSignIn(one.user.username);
  expect(await reasonOf(verify(challenge, other.recoveryCodes[0] ?? ''))).toBe('second_factor_invalid');
  expect(await reasonOf(verify(challenge, one.recoveryCodes[0] ?? ''))).toBeUndefined();
});

test('a challenge works once, and only until it expires', async () => {
  const { user, authenticator, recoveryCodes } = await addUserWithAuthenticator();
  const used = await startSignIn(user.username);
  await verify(used.challenge, authenticator.code());
  expect(await reasonOf(verify(used.challenge, recoveryCodes[0] ?? ''))).toBe('challenge_expired');

  const expired = await startSignIn(user.username);
  await runSql(`update second_factor_challenges set expires_at = now() where user_id = '${user.id}'`);
  expect(await reasonOf(verify(expired.challenge, recoveryCodes[0] ?? ''))).toBe('challenge_expired');
});

test('a made-up challenge is refused without a query', async () => {
  const queries: string[] = [];
  await using observed = await startTestApi({ onQuery: ({ statement }) => queries.push(statement) });
  queries.length = 0;
  for (const challenge of ['x', 'A'.repeat(64), 'ü'.repeat(48)]) {
    const call = observed.as(null).auth.verifySecondFactor({ challenge, code: '123456' });
    expect(await reasonOf(call)).toBe('challenge_expired');
  }
  expect(queries.filter((text) => text.includes('second_factor'))).toEqual([]);
});

test('after ten wrong codes in a row six digits are refused, and a recovery code still works', async () => {
  const { user, authenticator, recoveryCodes } = await addUserWithAuthenticator();
  const wrong = () => {
    const known = new Set([-2, -1, 0, 1, 2].map((steps) => authenticator.code(steps)));
    return (
      ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !known.has(code)) ?? ''
    );
  };
  // More challenges do not give more guesses, and neither do guesses at the same time.
  const challenges = await Promise.all(
    Array.from({ length: 12 }, async () => (await startSignIn(user.username)).challenge),
  );
  const outcomes = await Promise.all(challenges.map((challenge) => reasonOf(verify(challenge, wrong()))));
  expect(outcomes.filter((reason) => reason === 'second_factor_invalid')).toHaveLength(10);
  expect(outcomes.filter((reason) => reason === 'too_many_requests')).toHaveLength(2);

  const { challenge } = await startSignIn(user.username);
  const refusal = await refusalOf(verify(challenge, authenticator.code()));
  expect(refusal?.reason).toBe('too_many_requests');
  expect(refusal?.retryAfterSeconds).toBeGreaterThan(600);
  expect(refusal?.retryAfterSeconds).toBeLessThanOrEqual(900);
  expect(await reasonOf(verify(challenge, recoveryCodes[0] ?? ''))).toBeUndefined();
});

test('a right code ends the row of wrong ones', async () => {
  const { user, authenticator } = await addUserWithAuthenticator();
  for (const steps of [0, 1]) {
    const { challenge } = await startSignIn(user.username);
    for (let n = 0; n < 9; n += 1)
      expect(await reasonOf(verify(challenge, authenticator.code(-20 - n)))).toBe('second_factor_invalid');
    expect(await reasonOf(verify(challenge, authenticator.code(steps)))).toBeUndefined();
  }
});

test('wrong codes are in the audit log', async () => {
  const { user } = await addUserWithAuthenticator();
  const { challenge } = await startSignIn(user.username);
  await reasonOf(verify(challenge, 'wrong'));
  await api.services.auditTrail.flush();
  const rows = await api.db.orm.select().from(auditLog).where(eq(auditLog.subjectId, user.id));
  expect(rows.at(-1)).toMatchObject({
    action: 'user.second_factor_failed',
    actorId: null,
    address: '127.0.0.1',
  });
});

test('a challenge allows ten attempts', async () => {
  const { user, recoveryCodes } = await addUserWithAuthenticator();
  const { challenge } = await startSignIn(user.username);
  for (let n = 0; n < 10; n += 1)
    expect(await reasonOf(verify(challenge, `AAAA-AAAA-AA${n}A`))).toBe('second_factor_invalid');
  expect(await reasonOf(verify(challenge, recoveryCodes[0] ?? ''))).toBe('challenge_expired');
});

test('a sign-in ends when the password or the second factor changes before its code comes', async () => {
  const { user, authenticator } = await addUserWithAuthenticator();
  const { challenge } = await startSignIn(user.username);
  await runSql(`update users set password_hash = 'another' where id = '${user.id}'`);
  expect(await reasonOf(verify(challenge, authenticator.code()))).toBe('invalid_credentials');
});

test('a sign-in without a second factor gets no session after one was added', async () => {
  const { call, user } = await api.signIn();
  const [{ passwordHash } = { passwordHash: '' }] = await api.db.orm
    .select({ passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, user.id));
  await addAuthenticator(call);
  const session = {
    sessionId: randomUUID(),
    userId: user.id,
    passwordHash,
    refreshTokenHash: randomBytes(32),
  };
  const opened = await insertSession(api.db, {
    ...session,
    lifetimeSeconds: 60,
    hasPassedSecondFactor: false,
    ...noCaller,
  });
  expect(opened).toBeNull();
});

test('a server with another secret takes recovery codes, and says why it takes no other code', async () => {
  const { user, authenticator, recoveryCodes } = await addUserWithAuthenticator();
  await runSql(
    `update totp_factors set secret = decode(repeat('00', 48), 'hex') where user_id = '${user.id}'`,
  );
  const { challenge } = await startSignIn(user.username);
  const refusal = await refusalOf(verify(challenge, authenticator.code()));
  expect(refusal).toMatchObject({
    reason: 'second_factor_invalid',
    message: expect.stringContaining('recovery code'),
  });
  expect(await reasonOf(verify(challenge, recoveryCodes[0] ?? ''))).toBeUndefined();
});
