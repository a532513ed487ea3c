import type { Options, PostgresType } from 'postgres';

export type ClientOptions = Options<Record<string, PostgresType>>;

/**
 * How a pooler such as PgBouncer gives its connections to Paydeck: each for a `session` of its client, or for one
 * `transaction`.
 */
export type PoolerMode = 'session' | 'transaction';

const parameter = 'paydeck_pooler';

/** The URL of a database that is reached through a pooler. */
export function throughPooler(url: string, mode: PoolerMode): string {
  const pooled = new URL(url);
  pooled.searchParams.set(parameter, mode);
  return pooled.href;
}

/** Whether the URL leads through a pooler, and the URL that the driver may see. */
export function readPooler(url: string): { mode: PoolerMode | null; direct: string } {
  const direct = new URL(url);
  const mode = direct.searchParams.get(parameter);
  if (mode !== 'session' && mode !== 'transaction') return { mode: null, direct: url };
  direct.searchParams.delete(parameter);
  return { mode, direct: direct.href };
}

/** The parameters that PgBouncer accepts when a client connects. It keeps them for each client in both modes. */
const trackedParameters = new Set([
  'application_name',
  'DateStyle',
  'TimeZone',
  'standard_conforming_strings',
]);

/**
 * The driver's options for a connection through a pooler, and the statement that makes the settings which the pooler would
 * refuse at the start. In the mode `transaction` there is no such statement: the settings would stay on a connection that
 * others get next. There the role has them (docs/deployment.md), and nothing is prepared.
 */
export function pooledOptions(
  mode: PoolerMode,
  options: ClientOptions,
): { options: ClientOptions; settings: string | null } {
  const all = Object.entries(options.connection ?? {});
  const connection = Object.fromEntries(all.filter(([name]) => trackedParameters.has(name)));
  if (mode === 'transaction') return { options: { ...options, connection, prepare: false }, settings: null };
  const settings = all
    .filter(([name]) => !trackedParameters.has(name))
    .map(([name, value]) => `set ${name} = '${value}'`);
  return { options: { ...options, connection }, settings: settings.join('; ') };
}
