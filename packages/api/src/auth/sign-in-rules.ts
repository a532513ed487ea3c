import type { GuessRule } from '@paydeck/db/guess-limits';

/** Where a guess comes from, as seen by the user whose password is guessed. */
export type Origin =
  /** A browser that the user has signed in with. */
  | { kind: 'device'; deviceId: string }
  /** A network that the user has signed in from. */
  | { kind: 'place' }
  | { kind: 'stranger' };

/** `account` is the user's id, or the name that was typed if there is no such user. */
type Target = { account: string; network: string };

/**
 * A device has its own count, which nobody else can use up. ASVS 5.0, 6.3.1, asks for limits, and 6.1.1 that they can't be used
 * to lock users out.
 */
export const deviceRules = ({ account }: Target, deviceId: string): GuessRule[] => [
  { key: `sign-in ${account} on ${deviceId}`, burst: 10, everySeconds: 90 },
];

/**
 * A network may be that of an office, so others there can use these guesses up. They come back every ten seconds, and a sign-in
 * waits for its turn; after a hundred wrong ones, every quarter of an hour.
 */
export const placeRules = ({ account, network }: Target): { short: GuessRule; long: GuessRule } => ({
  short: { key: `sign-in ${account} from ${network}, known`, burst: 20, everySeconds: 10 },
  long: { key: `sign-in ${account} from ${network}, known, long`, burst: 100, everySeconds: 900 },
});

/** The longest time that a sign-in from a known network waits for a free guess. */
export const maxPlaceWaitSeconds = 10;

/** The guesses of all strangers together at one user, however many addresses they have. */
const accountRule = ({ account }: Target): GuessRule => ({
  key: `sign-in ${account}`,
  burst: 100,
  everySeconds: 60,
});

export const strangerRules = (target: Target): { own: GuessRule[]; network: GuessRule } => ({
  own: [
    { key: `sign-in ${target.account} from ${target.network}`, burst: 10, everySeconds: 90 },
    accountRule(target),
  ],
  network: { key: `sign-ins from ${target.network}`, burst: 20, everySeconds: 30 },
});

/** The guesses that are still checked from a network whose guesses are used up, so that its other users can get in. */
export const crowdedRules = (target: Target): GuessRule[] => [
  { key: `sign-ins from ${target.network}, crowded`, burst: 20, everySeconds: 20 },
  accountRule(target),
];
