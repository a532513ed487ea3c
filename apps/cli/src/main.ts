import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAuditCommand } from './commands/audit.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addOpenSessionCommands } from './commands/open-sessions.ts';
import { addPaymentCommands } from './commands/payments.ts';
import { addSecondFactorCommands } from './commands/second-factor.ts';
import { addSessionCommands } from './commands/session.ts';
import { addStatsCommands } from './commands/stats.ts';
import { addTailCommand } from './commands/tail.ts';
import { addUserCommands } from './commands/users.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { exitCodeOf } from './errors/exit-code-of.ts';
import { exitCodes } from './errors/exit-codes.ts';
import { explainError } from './errors/explain-error.ts';

const { version } = packageJson;

const program = new Command('paydeck')
  .description('Work with a Paydeck server from the command line.')
  // Before the commands are added, because they inherit both settings.
  .exitOverride()
  .version(version, '-V, --version', 'print the version')
  .showHelpAfterError('Add --help to see how the command works.')
  .addHelpText(
    'after',
    `
Exit codes:
  0    done
  1    failed
  2    wrong usage, or a value that the server refused
  3    not signed in, or not allowed
  4    not found, or a conflict
  5    the server or its database could not be reached
  6    verify found differences
  130  interrupted

The help of each command has examples: paydeck payments import --help`,
  );

let running: Command | undefined;
program.hook('preAction', (_, command) => {
  running = command;
});

addSessionCommands(program);
const payments = program
  .command('payments')
  .description('list, record, settle, import, export and follow payments');
addPaymentCommands(payments);
addImportCommand(payments);
addExportCommand(payments);
addTailCommand(payments);
addStatsCommands(program);
addSecondFactorCommands(program);
addUserCommands(program);
addOpenSessionCommands(program);
addKeyCommands(program);
addAuditCommand(program);
addVerifyCommand(program);
addDemoCommand(program);
addCompletionCommands(program);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // In `paydeck … | head`, head stops reading. That is not a failure.
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`paydeck: The output can't be written: ${error.message}\n`);
  process.exit(exitCodes.failure);
});
// When nobody reads the notes any more, the work continues.
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  // Commander has already printed its own errors.
  if (!(error instanceof CommanderError)) process.stderr.write(`paydeck: ${explainError(error, running)}\n`);
  process.exitCode = exitCodeOf(error);
}
