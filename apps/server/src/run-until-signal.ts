import { EmbeddedPostgresError } from '@paydeck/embedded-postgres';
import { checkAddress } from './check-address.ts';
import { type Config, ConfigError, processEnvironment, readConfig } from './config.ts';
import { releaseStartMemory } from './release-start-memory.ts';
import type { RunningServer } from './serve.ts';
import { startServer } from './server.ts';
import { StartError } from './start-error.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const fail = (message: string) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

async function main() {
  const config = readConfig(processEnvironment());
  for (const notice of config.notices) print(notice);
  await checkAddress(config);
  // A signal that arrives while the server starts takes effect once it has started.
  let stop = (_signal: string) => {};
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);

  const server = await startServer(config, print);
  greet(server, config);
  releaseStartMemory();
  const signal = await stopped;
  print(`${signal}: finishing requests and closing the database.`);
  // A second signal ends the process at once, and so does a shutdown that takes too long.
  for (const again of ['SIGINT', 'SIGTERM'] as const) process.on(again, () => process.exit(1));
  setTimeout(
    () => fail('The shutdown took longer than 15 seconds. The server was stopped before it had finished.'),
    15_000,
  ).unref();
  await server.close();
  process.exit(0);
}

/** Where clients look for a server if they are not given another address (docs/scripts.md). */
const defaultUrl = 'http://localhost:3000';

function greet(
  { url, firstAdmin }: RunningServer,
  { environment, firstAdmin: { username, password, isDefault } }: Config,
) {
  print(`\nPaydeck is ready at ${url}`);
  if (isDefault) {
    const unless = firstAdmin === 'created' ? '' : ', unless you have changed it';
    print(`Sign in as ${username} with password ${password}${unless}.`);
    print('This is the development default. Change it before anyone else can reach this server.\n');
  } else if (firstAdmin === 'created') {
    print(`Sign in as ${username} with the password from ADMIN_PASSWORD.\n`);
  }
  if (environment !== 'production' && url !== defaultUrl) {
    print(`Before you run demo, paydeck or an example in another terminal: export PAYDECK_URL=${url}\n`);
  }
}

main().catch((error: unknown) => {
  const isForOperator =
    error instanceof ConfigError || error instanceof EmbeddedPostgresError || error instanceof StartError;
  if (isForOperator) return fail(error.message);
  return fail(error instanceof Error ? `Paydeck could not start: ${error.stack}` : String(error));
});
