import { anyOrigin } from './any-origin.ts';

/** Who a development server signs in first. */
export const developmentAdmin = { username: 'admin', password: 'admin123' };

/**
 * What templates say where a secret belongs, as letters only. Chance does not bring them, and a secret of one's own
 * does not say them: words such as "secret" or "key" alone are no sign.
 */
const templateWords = [
  'changeme',
  'changethis',
  'replaceme',
  'replacethis',
  'replacewith',
  'yoursecret',
  'yoursupersecret',
  'yourjwtsecret',
  'yourbitsecret',
  'minimumcharacters',
  'placeholder',
  'notforproduction',
  // What jwt.io signs its example with: a-string-secret-at-least-256-bits-long.
  'astringsecretatleastbitslong',
];

/** What is tried first against any sign-in, of 8 characters or more. */
const guessedPasswords = [
  developmentAdmin.password,
  'admin1234',
  'admin12345',
  'administrator',
  'adminadmin',
  'changeit',
  'changeme',
  'changeme123',
  'iloveyou',
  'letmein123',
  'passw0rd',
  'p@ssw0rd',
  'p@ssword',
  'password',
  'password1',
  'password12',
  'password123',
  'password1234',
  'qwerty123',
  'qwertyuiop',
  '12345678',
  '123456789',
  '1234567890',
];

const minDistinctCharacters = 8;

/**
 * What works in development and must not be served to others: a line for each variable that is missing or known to
 * everyone. No line repeats a value. How to set each is in docs/configuration.md.
 */
export function unsafeInProduction(given: Readonly<Record<string, string | undefined>>): string[] {
  const { JWT_SECRET, ADMIN_USERNAME, ADMIN_PASSWORD, CORS_ORIGIN } = given;
  return [
    secretFault(JWT_SECRET),
    ADMIN_USERNAME === undefined
      ? 'ADMIN_USERNAME must be set in production. Choose the name of the first admin.'
      : null,
    passwordFault(ADMIN_PASSWORD, ADMIN_USERNAME),
    CORS_ORIGIN?.split(',').some((origin) => origin.trim() === anyOrigin)
      ? 'CORS_ORIGIN must not be * in production: any page could use its visitors’ sessions. List the origins of your pages.'
      : null,
  ].filter((fault) => fault !== null);
}

function secretFault(secret: string | undefined): string | null {
  const remedy = 'Make one with: openssl rand -base64 48.';
  if (secret === undefined) return `JWT_SECRET must be set in production. ${remedy}`;
  const letters = secret.toLowerCase().replace(/[^a-z]/g, '');
  if (templateWords.some((word) => letters.includes(word))) {
    return `JWT_SECRET must not be an example from documentation or a template. ${remedy}`;
  }
  // A short one fails the schema, with a line of its own.
  if (secret.length >= 32 && (isRepeated(secret) || new Set(secret).size < minDistinctCharacters)) {
    return `JWT_SECRET must not repeat a few characters, because it can be guessed. ${remedy}`;
  }
  return null;
}

function passwordFault(password: string | undefined, username: string | undefined): string | null {
  if (password === undefined)
    return 'ADMIN_PASSWORD must be set in production. Choose the password of the first admin.';
  if (password === developmentAdmin.password)
    return 'ADMIN_PASSWORD must not be the development default. Choose another.';
  const lowerCase = password.toLowerCase();
  const isGuessed = guessedPasswords.includes(lowerCase) || lowerCase === username?.toLowerCase();
  // A short one fails the schema, with a line of its own.
  return isGuessed || (password.length >= 8 && isRepeated(password))
    ? 'ADMIN_PASSWORD must not be a password that attackers try first. Choose another.'
    : null;
}

/** Whether a text is a shorter one over and over, the last time perhaps cut off: `aaaa`, `12341234`, `abcabcab`. */
function isRepeated(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period += 1)
    if (text.slice(period) === text.slice(0, -period)) return true;
  return false;
}
