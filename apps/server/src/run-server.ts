import { SchemaError } from '@paydeck/db/migrations';
import { EmbeddedPostgresError } from '@paydeck/embedded-postgres';
import { type Config, ConfigError, processEnvironment, readConfig } from './config/config.ts';
import { type RunningServer, startServer } from './server.ts';
import { StartError } from './start-error.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const fail = (message: string) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

async function main() {
  const config = readConfig(processEnvironment());
  for (const notice of config.notices) print(notice);
  // One that comes while the server starts is kept until it has.
  let stop = (_signal: string) => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

  const server = await startServer(config, print);
  greet(server, config);
  const signal = await stopped;
  print(`${signal}: finishing requests and closing the database.`);
  // A second signal, or a hang, ends the process at once.
  for (const again of ['SIGINT', 'SIGTERM'] as const) process.on(again, () => process.exit(1));
  setTimeout(() => fail('Closing took too long.'), 15_000).unref();
  await server.close();
  process.exit(0);
}

function greet(
  { url, firstAdmin }: RunningServer,
  { firstAdmin: { username, password, isDefault } }: Config,
) {
  print(`\nPaydeck is ready at ${url}`);
  if (isDefault) {
    const unless = firstAdmin === 'created' ? '' : ', unless it was changed';
    print(`Sign in as ${username} with password ${password}${unless}.`);
    print('That is the development default: change it before anyone else can reach this server.\n');
  } else if (firstAdmin === 'created') {
    print(`Sign in as ${username} with the password from ADMIN_PASSWORD.\n`);
  }
}

main().catch((error: unknown) => {
  const forOperators =
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof SchemaError ||
    error instanceof StartError;
  if (forOperators) return fail(error.message);
  return fail(error instanceof Error ? `Paydeck could not start: ${error.stack}` : String(error));
});
