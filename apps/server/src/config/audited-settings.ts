import type { Config } from '../config.ts';

/** Texts and lists that hold no secret. Numbers and switches never do. */
const harmless = new Set([
  'environment',
  'host',
  'basePath',
  'logLevel',
  'defaultCurrency',
  'requireSecondFactor',
  'amountLimits',
  'allowedOrigins',
  'trustedProxies',
]);

/** The settings of a start, for the audit log: numbers, switches, and the texts that hold no secret. */
export function auditedSettings({ databaseUrl, ...config }: Config): Record<string, unknown> {
  const settings = Object.entries(config).filter(
    ([name, value]) => harmless.has(name) || typeof value === 'number' || typeof value === 'boolean',
  );
  return {
    ...Object.fromEntries(settings),
    database: databaseUrl === null ? 'embedded' : placeOf(databaseUrl),
  };
}

/** Host, port and name of a database, without user, password and parameters. */
function placeOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}
