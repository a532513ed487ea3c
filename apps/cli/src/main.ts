import { Command, CommanderError } from 'commander';
import { addDemoCommand } from './commands/demo.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addPaymentCommands } from './commands/payments.ts';
import { addSessionCommands } from './commands/session.ts';
import { addStatsCommands } from './commands/stats.ts';
import { addTailCommand } from './commands/tail.ts';
import { addUserCommands } from './commands/users.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { exitCodeOf } from './errors/exit-code-of.ts';
import { exitCodes } from './errors/exit-codes.ts';
import { explainError } from './errors/explain-error.ts';

const program = new Command('paydeck')
  .description('A Paydeck server from the command line.')
  // Before the commands are added: they inherit both.
  .exitOverride()
  .showHelpAfterError('Run it with --help to see how it is used.')
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not signed in or not allowed, 4 not found or in conflict,
5 the server was not reached, 6 verify found differences, 130 interrupted.

Each command has examples: paydeck payments import --help`,
  );

addSessionCommands(program);
const payments = program
  .command('payments')
  .description('list, record, settle, import, export and follow payments');
addPaymentCommands(payments);
addImportCommand(payments);
addExportCommand(payments);
addTailCommand(payments);
addStatsCommands(program);
addUserCommands(program);
addKeyCommands(program);
addVerifyCommand(program);
addDemoCommand(program);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `paydeck … | head`: nobody reads on, which is no failure.
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`paydeck: The output can't be written: ${error.message}\n`);
  process.exit(exitCodes.failure);
});
// `paydeck … 2>&1 | head`: nobody reads the notes, and the work goes on.
process.stderr.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  // Commander has printed its own.
  if (!(error instanceof CommanderError)) process.stderr.write(`paydeck: ${explainError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
