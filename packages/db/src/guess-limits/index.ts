export type { GuessRule } from './guess-rule.ts';
export { pruneGuessLimits } from './prune-guess-limits.ts';
export { returnGuess } from './return-guess.ts';
export { isSignInPlace, rememberSignInPlace } from './sign-in-places.ts';
export { peekGuess, takeGuess } from './take-guess.ts';
