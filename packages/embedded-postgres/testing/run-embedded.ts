/**
 * A process that starts the embedded PostgreSQL, for the tests to race and to kill: `node run-embedded.ts <dir> <purpose>`.
 * It reports one JSON object per line, and ends on a word at its standard input, or when that closes.
 */
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded-postgres.ts';

const [, , dataDir = '', purpose] = process.argv;
const report = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

function obey(database: EmbeddedPostgres): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await database.stop();
    process.stdin.destroy();
  };
  process.stdin.on('data', (word) => {
    if (String(word).startsWith('crash')) throw new Error('an uncaught error, as the test asked for');
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
  report({ role: database.role, url: database.url });
  obey(database);
} catch (error) {
  report(error instanceof Error ? { error: error.name, message: error.message } : { error: String(error) });
  process.stdin.destroy();
}
