import { guessablePasswordIssue, hasFewCharacters, isGuessableSecret } from '@paydeck/api/guessable';
import { newPasswordIssue } from '@paydeck/contract/users';
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
  if (secret.length < 32) return null;
  if (hasFewCharacters(secret)) {
    return `JWT_SECRET must not repeat a few characters, because it can be guessed. ${remedy}`;
  }
  if (isGuessableSecret(secret)) {
    return `JWT_SECRET must not consist of words or rows of characters, because it can be guessed. ${remedy}`;
  }
  return null;
}

function passwordFault(password: string | undefined, username: string | undefined): string | null {
  if (password === undefined)
    return 'ADMIN_PASSWORD must be set in production. Choose the password of the first admin.';
  if (password === developmentAdmin.password)
    return 'ADMIN_PASSWORD must not be the development default. Choose another.';
  // The schema already reports a short password.
  if (newPasswordIssue(password) !== null) return null;
  return guessablePasswordIssue(password, username ?? '') === null
    ? null
    : 'ADMIN_PASSWORD must not be a password that attackers try first. Choose another.';
}
