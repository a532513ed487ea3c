/**
 * The passwords that attackers try first. The list of 49,000 passwords and 8,000 words is that of zxcvbn, a maintained estimator of
 * passwords. It is loaded when the first password is checked: most processes never need it.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const minWordLength = 4;
const maxWordLength = 20;
/** A common password is still one with so many digits and signs around it. */
const maxAdded = 5;
const minDistinctCharacters = 4;

type Dictionary = Readonly<Record<'passwords-common' | 'diceware-common', readonly string[]>>;

let commonWords: { passwords: ReadonlySet<string>; words: ReadonlySet<string> } | null = null;

function loadCommonWords() {
  if (commonWords !== null) return commonWords;
  const { dictionary }: { dictionary: Dictionary } = require('@zxcvbn-ts/language-common');
  const passwords = dictionary['passwords-common'].filter((word) => word.length >= minWordLength);
  const words = [...passwords, ...dictionary['diceware-common']].filter(
    (word) => word.length >= minWordLength && /[a-z]/.test(word),
  );
  commonWords = { passwords: new Set(passwords), words: new Set(words) };
  return commonWords;
}

/**
 * Why a password is one that attackers try early: it consists of blanks, of a few characters, of a row or a repetition, is the
 * user's name, or is a common password, whatever its case, digits in place of letters, and a few digits or signs around it
 * (ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12). Null when it is none of these. The text continues the name of the field to a sentence.
 */
export function guessablePasswordIssue(password: string, username: string): string | null {
  const text = password.normalize('NFKC').toLowerCase();
  const visible = text.replace(/[\p{Z}\p{C}]/gu, '');
  if (new Set(visible).size < minDistinctCharacters) return 'must not consist of blanks or a few characters';
  if (isRepeated(text) || runsIn(text) === text.length)
    return 'must not be a row or a repetition of characters';
  if (isAround(text, namesOf(username))) return 'must not be the user name';
  const { passwords } = loadCommonWords();
  const isCommon = [text, visible]
    .flatMap((each) => [each, coreOf(each)])
    .some((each) => passwords.has(each) || asLetters(each).some((letters) => passwords.has(letters)));
  return isCommon ? 'must not be one of the passwords that attackers try first' : null;
}

/** Random texts of 32 characters have at most a third of words and rows. */
const minGuessableShare = 0.4;

/**
 * Whether a text of 32 characters or more was made by a person: of words, of rows of the alphabet or the keyboard, of few
 * characters, of a repetition or of a sentence. In 3,000 random texts of each usual kind (hexadecimal, base64, UUIDs) none was (measured when
 * decided).
 */
export function isGuessableSecret(secret: string): boolean {
  const text = secret.toLowerCase();
  if (hasFewCharacters(text)) return true;
  if (isLongPhrase(text)) return false;
  const rereadings = [
    text,
    ...asLetters(text),
    text.replace(/(.)\1+/g, '$1'),
    [...text].filter((_, n) => n % 2 === 0).join('') + [...text].filter((_, n) => n % 2 === 1).join(''),
  ];
  if (rereadings.some((each) => lengthOfWords(each) / each.length >= minGuessableShare)) return true;
  return isLettersOfOneCase(secret) || shareOfSentence(secret) >= 0.6;
}

/** Whether a text repeats itself, or has fewer than 8 different characters. */
export const hasFewCharacters = (text: string): boolean => new Set(text).size < 8 || isRepeated(text);

/** Whether a text has 48 characters and eight different words between blanks or signs. Word lists don't find such a phrase. */
function isLongPhrase(text: string): boolean {
  return text.length >= 48 && new Set(text.match(/[a-z0-9]+/g)).size >= 8;
}

/** Whether a text is letters and then digits, like words without signs between them. Random letters change their case. */
function isLettersOfOneCase(text: string): boolean {
  const letters = text.replace(/[^A-Za-z]+$/, '');
  const capitals = letters.replace(/[^A-Z]/g, '').length;
  const share = capitals / letters.length;
  return text.length - letters.length <= 8 && /^[A-Za-z]+$/.test(letters) && (share <= 0.25 || share === 1);
}

/** The share of letters in words between signs, if there are five such words or more. The letters of random texts change their case. */
function shareOfSentence(text: string): number {
  const parts = text.split(/[^A-Za-z0-9]+/).filter((part) => /^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(part));
  return parts.length >= 5 ? parts.join('').length / text.length : 0;
}

/** How many characters of a text belong to common words or to rows. */
function lengthOfWords(text: string): number {
  const { words } = loadCommonWords();
  const best = [0];
  for (let end = 1; end <= text.length; end += 1) {
    let longest = best[end - 1] ?? 0;
    for (let length = minWordLength; length <= Math.min(end, maxWordLength); length += 1) {
      const part = text.slice(end - length, end);
      const isKnown = words.has(part) || runsIn(part) === length;
      if (isKnown) longest = Math.max(longest, (best[end - length] ?? 0) + length);
    }
    best.push(longest);
  }
  return best[text.length] ?? 0;
}

/** How many characters belong to rows of four or more: `abcd`, `4321`, `aaaa`. */
function runsIn(text: string): number {
  let total = 0;
  let start = 0;
  for (let n = 1; n <= text.length; n += 1) {
    const step = text.charCodeAt(n) - text.charCodeAt(n - 1);
    const first = text.charCodeAt(start + 1) - text.charCodeAt(start);
    if (n < text.length && Math.abs(step) <= 1 && step === first) continue;
    if (n - start >= minWordLength) total += n - start;
    start = n;
  }
  return total;
}

/** Whether a text repeats a shorter text, with the last repetition possibly cut off: `aaaa`, `12341234`, `abcabcab`. */
function isRepeated(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period += 1)
    if (text.slice(period) === text.slice(0, -period)) return true;
  return false;
}

/** The user name, its part before an @, and this product's name. */
function namesOf(username: string): string[] {
  const name = username.toLowerCase();
  const names = [name, name.split(/[@+]/)[0] ?? '', 'paydeck'];
  return names.filter((each) => each.length >= minWordLength);
}

/** Whether a text is one of the names, forwards or backwards, with a few characters around it. */
function isAround(text: string, names: readonly string[]): boolean {
  return names
    .flatMap((name) => [name, [...name].reverse().join('')])
    .some((name) => text.includes(name) && text.length - name.length <= maxAdded);
}

/** A text without the digits and signs around it, if they are few or a row. */
function coreOf(text: string): string {
  const core = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const added = text.replace(core, '');
  const isStillKnown = added.length <= maxAdded || runsIn(added) === added.length;
  return core.length >= minWordLength && isStillKnown ? core : text;
}

/** The words that digits and signs may stand for. A 1 may be an i or an l. */
function asLetters(text: string): string[] {
  const letters = text
    .replace(/[@4]/g, 'a')
    .replace(/3/g, 'e')
    .replace(/0/g, 'o')
    .replace(/[$5]/g, 's')
    .replace(/7/g, 't');
  return [letters.replace(/[1!|]/g, 'i'), letters.replace(/[1!|]/g, 'l')].flatMap((each) => [
    each,
    coreOf(each),
  ]);
}
