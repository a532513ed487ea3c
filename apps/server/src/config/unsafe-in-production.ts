import { anyOrigin } from './any-origin.ts';

/** The first admin of a development server. */
export const developmentAdmin = { username: 'admin', password: 'admin123' };

/**
 * Placeholders for secrets in templates, reduced to letters. A random secret does not contain them by chance. Words such as
 * "secret" or "key" are not listed, since people use them in their own secrets.
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
  // The secret of the example on jwt.io: a-string-secret-at-least-256-bits-long.
  'astringsecretatleastbitslong',
];

/** Passwords of 8 characters or more that attackers try first. */
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
 * Finds settings that are fine in development but unsafe in production. Returns a line for each variable that is missing or
 * publicly known. No line repeats a value. docs/configuration.md says how to set each variable.
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
  // The schema already reports a short secret.
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
  // The schema already reports a short password.
  return isGuessed || (password.length >= 8 && isRepeated(password))
    ? 'ADMIN_PASSWORD must not be a password that attackers try first. Choose another.'
    : null;
}

/** Whether a text repeats a shorter text, with the last repetition possibly cut off: `aaaa`, `12341234`, `abcabcab`. */
function isRepeated(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period += 1)
    if (text.slice(period) === text.slice(0, -period)) return true;
  return false;
}
