import { setTimeout as delay } from 'node:timers/promises';
import { usernamePattern } from '@paydeck/contract/users';
import { type GuessRule, isSignInPlace, peekGuess, returnGuess, takeGuess } from '@paydeck/db/guess-limits';
import { selectCredentials } from '@paydeck/db/users';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { tooManyGuesses } from './guess-limit.ts';
import type { loginInput } from './schema.ts';
import {
  crowdedRules,
  deviceRules,
  maxPlaceWaitSeconds,
  type Origin,
  placeRules,
  strangerRules,
} from './sign-in-rules.ts';
import type { AuthContext } from './signed-in-answer.ts';

type Credentials = { userId: string; passwordHash: string; active: boolean };

type Attempt = {
  password: string;
  credentials: Credentials | null;
  origin: Origin;
  /** `account` is the user's id, or the name that was typed if there is no such user. */
  target: { account: string; network: string };
};

/** In place of the id of a user who does not exist. */
const noUserId = '00000000-0000-0000-0000-000000000000';

/** The least time until a crowded network gets an answer to a wrong guess. */
const crowdedAnswerMs = 1_500;

/**
 * Finds the user and checks the password. Wrong guesses are counted by user and by network (sign-in-rules.ts), and right ones are
 * given back. Existing and other names get the same answers after the same time. Reasons: `invalid_credentials`,
 * `too_many_requests`.
 */
export async function checkSignIn(
  ctx: AuthContext,
  { username, password, network }: z.output<typeof loginInput> & { network: string },
): Promise<Credentials> {
  // PostgreSQL's lower() makes an i of U+0130, so that letter must not get there.
  const isName = usernamePattern.test(username);
  const credentials = isName ? await selectCredentials(ctx.db.orm, { username }) : null;
  const userId = credentials?.userId ?? null;
  const isPlace = await isSignInPlace(ctx.db, { userId: userId ?? noUserId, network });
  const deviceId = ctx.deviceTokens.deviceOf(ctx.refreshTokenCookie?.device.read() ?? null, userId);
  const attempt: Attempt = {
    password,
    credentials,
    origin: deviceId !== null ? { kind: 'device', deviceId } : { kind: isPlace ? 'place' : 'stranger' },
    target: { account: userId ?? `name ${username.toLowerCase()}`, network },
  };
  const matches = await checkAttempt(ctx, attempt);
  if (credentials === null || !matches) throw invalidCredentials();
  return credentials;
}

async function checkAttempt(ctx: AuthContext, attempt: Attempt): Promise<boolean> {
  const { origin, target } = attempt;
  if (origin.kind === 'device') {
    const rules = deviceRules(target, origin.deviceId);
    await waitForGuess(ctx, rules, 0);
    return guess(ctx, attempt, { cleared: rules, returned: [] });
  }
  if (origin.kind === 'place') {
    const rules = Object.values(placeRules(target));
    await waitForGuess(ctx, rules, maxPlaceWaitSeconds);
    return guess(ctx, attempt, { cleared: rules, returned: [] });
  }
  return checkStranger(ctx, attempt);
}

async function checkStranger(ctx: AuthContext, attempt: Attempt): Promise<boolean> {
  const { own, network } = strangerRules(attempt.target);
  // Guesses that wait for their check are not counted yet. A flood would fill the queue with more than will be checked.
  const left = { ...network, burst: network.burst - ctx.signInCrowd.guesses(attempt.target.network) };
  const checked = await ctx.signInCrowd.guess(attempt.target.network, async () => {
    const [crowdedSeconds = 0, ...ownSeconds] = await peekGuess(ctx.db, { rules: [left, ...own] });
    if (crowdedSeconds > 0) return { crowdedSeconds };
    const wait = Math.max(...ownSeconds);
    if (wait > 0) throw tooManyGuesses('wrong passwords', wait);
    // The guesses of the network stay counted. Otherwise anyone with one password there could guess at the others without end.
    return { matches: await guess(ctx, attempt, { cleared: own, returned: [network] }) };
  });
  return checked.matches ?? checkCrowded(ctx, attempt, checked.crowdedSeconds);
}

/** Waits until the rules have a free guess. Rejects with `too_many_requests` if that takes longer than `maxWaitSeconds`. */
async function waitForGuess(
  ctx: AuthContext,
  rules: readonly GuessRule[],
  maxWaitSeconds: number,
): Promise<void> {
  const wait = Math.max(...(await peekGuess(ctx.db, { rules })));
  if (wait > maxWaitSeconds) throw tooManyGuesses('wrong passwords', wait);
  if (wait > 0) await delay(wait * 1000);
}

/** Counts the guess when it is its turn, checks it, and gives it back if it was right. */
async function guess(
  ctx: AuthContext,
  { password, credentials, origin, target }: Attempt,
  {
    cleared,
    returned,
    line,
  }: { cleared: readonly GuessRule[]; returned: readonly GuessRule[]; line?: string },
): Promise<boolean> {
  const isKnown = origin.kind !== 'stranger';
  const matches = await ctx.passwords.guess({
    password,
    hash: credentials?.active ? credentials.passwordHash : null,
    line: { isKnown, name: line ?? (isKnown ? `${target.account} ${target.network}` : target.network) },
    count: async () => {
      const wait = Math.max(...(await takeGuess(ctx.db, { rules: [...cleared, ...returned] })));
      if (wait > 0) throw tooManyGuesses('wrong passwords', wait);
    },
  });
  if (matches) await returnGuess(ctx.db, { cleared, returned });
  return matches;
}

/**
 * A guess from a network that has made too many. Only names of users are checked, and few of them, so a flood of made-up names
 * costs nothing and keeps no user of the network out. The right password gets in. Everything else gets the same refusal after
 * the same time, so that the answer does not tell which names exist.
 */
async function checkCrowded(ctx: AuthContext, attempt: Attempt, retryAfterSeconds: number): Promise<boolean> {
  const refusal = delay(Math.max(crowdedAnswerMs, 3 * ctx.passwords.recentMs()));
  const rules = crowdedRules(attempt.target);
  const check = async () => {
    if (attempt.credentials === null) return false;
    if (Math.max(...(await peekGuess(ctx.db, { rules }))) > 0) return false;
    const line = `${attempt.target.network}, crowded`;
    return guess(ctx, attempt, { cleared: [], returned: rules, line });
  };
  const matches = await check().catch((error: unknown) => {
    if (error instanceof AppError && error.reason === 'too_many_requests') return false;
    throw error;
  });
  if (matches) return true;
  await refusal;
  throw tooManyGuesses('wrong passwords', retryAfterSeconds);
}

export const invalidCredentials = () =>
  new AppError('invalid_credentials', 'The user name or the password is wrong.');
