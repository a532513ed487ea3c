/**
 * A process that starts the embedded PostgreSQL, so that tests can race and kill it: `node run-embedded.ts <dir> <purpose>`.
 * It reports one JSON object per line. It stops when its standard input gets `stop` or is closed, and crashes on `crash`.
 */
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';

const [, , dataDir = '', purpose] = process.argv;
const report = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

function listenForCommands(database: EmbeddedPostgres): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await database.stop();
    process.stdin.destroy();
  };
  process.stdin.on('data', (command) => {
    if (String(command).startsWith('crash')) throw new Error('The test asked for an uncaught error.');
    void stop();
  });
  process.stdin.on('end', () => void stop());
}

try {
  const database = await startEmbeddedPostgres({
    dataDir,
    purpose: purpose === 'task' ? 'task' : 'serve',
    log: (log) => report({ log }),
  });
  report({ role: database.role, url: database.url, superuserUrl: database.superuserUrl });
  listenForCommands(database);
} catch (error) {
  report(error instanceof Error ? { error: error.name, message: error.message } : { error: String(error) });
  process.stdin.destroy();
}
