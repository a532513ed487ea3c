import { type GuessRule, takeGuess } from '@paydeck/db/guess-limits';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownPassword, reasonOf, refusalOf, startTestApi, type TestApi } from '../../testing/test-api.ts';
import type { Services } from '../context.ts';
import { createCaller } from '../router.ts';
import { authenticate } from './authenticate.ts';
import { ownPasswordRule } from './check-own-password.ts';
import type { RefreshTokenCookie } from './refresh-token-cookie.ts';
import { createSignInCrowd } from './sign-in-crowd.ts';
import { crowdedRules, deviceRules, placeRules, strangerRules } from './sign-in-rules.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Sign-ins from an address, by a browser if there is a cookie. */
function signInsFrom(
  address: string,
  { via = api.services, cookie }: { via?: Services; cookie?: RefreshTokenCookie } = {},
) {
  const call = createCaller({
    ...via,
    requestId: 'test',
    caller: { address, userAgent: null },
    authenticate: () => authenticate(via, null),
    idempotencyKey: null,
    refreshTokenCookie: cookie,
  });
  return (username: string, password: string) => refusalOf(call.auth.login({ username, password }));
}

/** The cookies of a browser that keeps its device's. */
function browserCookie(): RefreshTokenCookie {
  let token: string | null = null;
  const device = {
    read: () => token,
    write: (value: string) => {
      token = value;
    },
  };
  return { read: () => null, write: () => {}, device };
}

let lastHost = 0;
/** An address that no other test uses. */
const newAddress = () => {
  lastHost += 1;
  return `203.0.113.${lastHost}`;
};

/** Makes the next free guess days away, so that no test waits for a clock or races with one. */
async function useUp(rules: readonly GuessRule[]): Promise<void> {
  for (const { key } of rules)
    await takeGuess(api.db, { rules: [{ key, burst: 1_000, everySeconds: 1_000_000 }] });
}

/** Leaves one guess of each rule. */
async function useUpAllButOne(rules: readonly GuessRule[]): Promise<void> {
  for (const rule of rules)
    for (let n = 1; n < rule.burst; n += 1) await takeGuess(api.db, { rules: [rule] });
}

const reasonsOf = async (refusals: readonly ReturnType<ReturnType<typeof signInsFrom>>[]) =>
  (await Promise.all(refusals)).map((refusal) => refusal?.reason);

test('after ten wrong passwords, a stranger is refused in every process, and other networks are not', async () => {
  const { id, username } = await api.addUser({ username: 'mini.limit' });
  const address = newAddress();
  const signIn = signInsFrom(address);
  const { own } = strangerRules({ account: id, network: address });
  await useUpAllButOne(own.slice(0, 1));
  expect((await signIn(username, 'wrong'))?.reason).toBe('invalid_credentials');
  await useUp(own.slice(0, 1));

  const closed = await signIn(username, knownPassword);
  expect(closed?.message).toMatch(/^Too many wrong passwords\. Try again in \d+ minutes\.$/);
  expect(closed?.retryAfterSeconds).toBeGreaterThan(3_600);
  const peer = await api.startPeer();
  expect((await signInsFrom(address, { via: peer })(username.toUpperCase(), knownPassword))?.reason).toBe(
    'too_many_requests',
  );
  // U+0130 is an i for PostgreSQL. It is in no user name.
  expect((await signIn('mİni.lİmit', knownPassword))?.reason).toBe('invalid_credentials');

  expect(await signInsFrom(newAddress())(username, knownPassword)).toBeNull();
});

test('ten guesses at a name that does not exist are counted as those at any other', async () => {
  const address = newAddress();
  const signIn = signInsFrom(address);
  const { own } = strangerRules({ account: 'name nobody.here', network: address });
  expect((await signIn('Nobody.Here', 'wrong'))?.reason).toBe('invalid_credentials');
  await useUpAllButOne(own.slice(0, 1));
  expect((await signIn('nobody.here', 'wrong'))?.reason).toBe('too_many_requests');
});

test('where the user has signed in, ten wrong passwords of others do not keep the user out', async () => {
  const { username } = await api.addUser();
  const address = newAddress();
  const signIn = signInsFrom(address);
  expect(await signIn(username, knownPassword)).toBeNull();
  for (let n = 0; n < 10; n += 1)
    expect((await signIn(username, 'wrong'))?.reason).toBe('invalid_credentials');
  expect(await signIn(username, knownPassword)).toBeNull();
});

test('a sign-in from a known network waits some seconds for a free guess, and is refused if it would wait longer', async () => {
  const { id, username } = await api.addUser();
  const address = newAddress();
  const signIn = signInsFrom(address);
  expect(await signIn(username, knownPassword)).toBeNull();
  const { short, long } = placeRules({ account: id, network: address });
  await takeGuess(api.db, { rules: [{ ...short, burst: 1, everySeconds: 19 * 10 + 3 }] });
  expect(await signIn(username, knownPassword)).toBeNull();
  await useUp([long]);
  const refusal = await signIn(username, knownPassword);
  expect(refusal?.reason).toBe('too_many_requests');
  expect(refusal?.retryAfterSeconds).toBeGreaterThan(60);
});

test('a browser that the user has signed in with gets in from anywhere, whatever others guess', async () => {
  const { id, username } = await api.addUser();
  const cookie = browserCookie();
  expect(await signInsFrom(newAddress(), { cookie })(username, knownPassword)).toBeNull();
  const address = newAddress();
  const { own, network } = strangerRules({ account: id, network: address });
  await useUp([...own, network, ...crowdedRules({ account: id, network: address })]);
  expect((await signInsFrom(address)(username, knownPassword))?.reason).toBe('too_many_requests');
  expect(await signInsFrom(address, { cookie })(username, knownPassword)).toBeNull();

  // The device is its user's only.
  const other = await api.addUser();
  const elsewhere = newAddress();
  await useUp(strangerRules({ account: other.id, network: elsewhere }).own);
  expect((await signInsFrom(elsewhere, { cookie })(other.username, knownPassword))?.reason).toBe(
    'too_many_requests',
  );
});

test('a device has its own count', async () => {
  const { id, username } = await api.addUser();
  const cookie = browserCookie();
  const signIn = signInsFrom(newAddress(), { cookie });
  expect(await signIn(username, knownPassword)).toBeNull();
  const deviceId = api.services.deviceTokens.deviceOf(cookie.device.read(), id) ?? '';
  await useUp(deviceRules({ account: id, network: '' }, deviceId));
  expect((await signIn(username, knownPassword))?.reason).toBe('too_many_requests');
});

test('from a crowded network only right passwords get in, and few of its users can be guessed at', async () => {
  const { id, username } = await api.addUser();
  const other = await api.addUser();
  const address = newAddress();
  const signIn = signInsFrom(address);
  const target = { account: id, network: address };
  const { network } = strangerRules(target);
  await useUp([network]);
  const refusals = await Promise.all([signIn('made-up', 'wrong'), signIn(username, 'wrong')]);
  for (const refusal of refusals) {
    expect(refusal?.reason).toBe('too_many_requests');
    expect(refusal?.message).toMatch(/^Too many wrong passwords\./);
    expect(refusal?.retryAfterSeconds).toBeGreaterThan(3_600);
  }
  expect(await signIn(username, knownPassword)).toBeNull();
  // A right password gives back its own guess, and not those of the others.
  expect((await signIn('made-up', 'wrong'))?.reason).toBe('too_many_requests');

  await useUp(crowdedRules(target).slice(0, 1));
  expect((await signIn(other.username, knownPassword))?.reason).toBe('too_many_requests');
  expect(await signInsFrom(newAddress())(other.username, knownPassword)).toBeNull();
});

test('twenty wrong names crowd a network', async () => {
  const address = newAddress();
  const { network } = strangerRules({ account: '', network: address });
  await useUpAllButOne([network]);
  const signIn = signInsFrom(address);
  expect(await reasonsOf([1, 2].map((n) => signIn(`stuffed-${n}`, 'wrong')))).toEqual(
    expect.arrayContaining(['invalid_credentials', 'too_many_requests']),
  );
});

test('the addresses of one IPv6 network share their guesses', async () => {
  const { id, username } = await api.addUser();
  await useUp(strangerRules({ account: id, network: '2001:db8:0:7::/64' }).own.slice(0, 1));
  expect((await signInsFrom('2001:db8:0:7:ffff::1')(username, knownPassword))?.reason).toBe(
    'too_many_requests',
  );
  expect(await signInsFrom('2001:db8:0:8::1')(username, knownPassword)).toBeNull();
});

test('strangers from many networks share a limit for each user, which does not bind known networks', async () => {
  const { id, username } = await api.addUser();
  const home = signInsFrom(newAddress());
  expect(await home(username, knownPassword)).toBeNull();
  await useUp(strangerRules({ account: id, network: '' }).own.slice(1));
  expect((await signInsFrom(newAddress())(username, knownPassword))?.reason).toBe('too_many_requests');
  expect(await home(username, knownPassword)).toBeNull();
});

test('a flood of made-up names keeps nobody out who shares its network', async () => {
  const { username } = await api.addUser();
  const signIn = signInsFrom(newAddress());
  let isOver = false;
  const flood = Array.from({ length: 60 }, async (_, line) => {
    for (let n = 0; !isOver; n += 1) await signIn(`flood-${line}-${n}`, 'wrong');
  });
  const reasons: (string | undefined)[] = [];
  for (let n = 0; n < 3; n += 1) reasons.push((await signIn(username, knownPassword))?.reason);
  isOver = true;
  await Promise.all(flood);
  expect(reasons).toEqual([undefined, undefined, undefined]);
});

test('a network has 200 sign-ins under way at most', async () => {
  const crowd = createSignInCrowd({ maxPerNetwork: 2 });
  const gate = Promise.withResolvers<string>();
  const joined = [1, 2].map(() => crowd.join('a', () => gate.promise));
  expect(await reasonOf(crowd.join('a', async () => ''))).toBe('too_many_requests');
  expect(await crowd.join('b', async () => 'other')).toBe('other');
  gate.resolve('done');
  expect(await Promise.all(joined)).toEqual(['done', 'done']);
  expect(await crowd.join('a', async () => 'again')).toBe('again');
});

test('a session that changes its password is not bound by guesses at the sign-in, and has its own limit', async () => {
  const { call, user, accessToken } = await api.signIn();
  const { sessionId } = await api.services.accessTokens.verify(accessToken);
  await useUp(strangerRules({ account: user.id, network: '127.0.0.1' }).own);
  await useUp(Object.values(placeRules({ account: user.id, network: '127.0.0.1' })));
  const change = (currentPassword: string) =>
    reasonOf(call.users.changePassword({ currentPassword, newPassword: 'a new password of mine' }));
  expect(await change('wrong')).toBe('invalid_credentials');
  expect(await change(knownPassword)).toBeUndefined();
  await useUp([ownPasswordRule(sessionId)]);
  expect(await change('a new password of mine')).toBe('too_many_requests');
});
