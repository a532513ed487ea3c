import { isIPv6 } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

type DatabaseParts = {
  DB_HOST?: string | undefined;
  DB_PORT?: number | undefined;
  DB_USERNAME?: string | undefined;
  DB_PASSWORD?: string | undefined;
  DB_DATABASE?: string | undefined;
};

const partNames = ['DB_HOST', 'DB_PORT', 'DB_USERNAME', 'DB_PASSWORD', 'DB_DATABASE'] as const;
const requiredNames: readonly string[] = ['DB_HOST', 'DB_USERNAME', 'DB_DATABASE'];

export const isHost = (text: string): boolean => /^[\w.-]+$/.test(text) || isIPv6(text);

/** The URL of the database that the parts name; null when they name none. */
export function composeDatabaseUrl(parts: DatabaseParts): string | null {
  const { DB_HOST: host, DB_PORT: port = 5432, DB_USERNAME, DB_PASSWORD, DB_DATABASE } = parts;
  if (host === undefined || DB_USERNAME === undefined || DB_DATABASE === undefined) return null;
  const [user, database] = [DB_USERNAME, DB_DATABASE].map(encodeURIComponent);
  const password = DB_PASSWORD === undefined ? '' : `:${encodeURIComponent(DB_PASSWORD)}`;
  return `postgresql://${user}${password}@${isIPv6(host) ? `[${host}]` : host}:${port}/${database}`;
}

/** A line for each required part that is missing while others are set. Nothing is required with `DATABASE_URL`. */
export function missingDatabaseParts(given: Environment): string[] {
  const set = setParts(given);
  if (given.DATABASE_URL !== undefined || set.length === 0) return [];
  const missing = requiredNames.filter((name) => given[name] === undefined);
  return missing.map((name) => `${name} must be set too, because ${set[0]} is. Or set DATABASE_URL instead.`);
}

/** Says which parts `DATABASE_URL` overrides. */
export function unusedDatabaseParts(given: Environment): string[] {
  const set = setParts(given);
  if (given.DATABASE_URL === undefined || set.length === 0) return [];
  return [`DATABASE_URL is set, so Paydeck ignores ${set.join(', ')}.`];
}

const setParts = (given: Environment) => partNames.filter((name) => given[name] !== undefined);
