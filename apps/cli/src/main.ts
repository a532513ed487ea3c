import { Command, CommanderError } from 'commander';
import { addDemoCommand } from './commands/demo.ts';
import { explainError } from './explain-error.ts';

const usageErrorExitCode = 2;

const program = new Command('paydeck')
  .description('Scripts for a Paydeck server. They talk to it as its dashboard does.')
  // Before the commands are added: they inherit both.
  .exitOverride()
  .showHelpAfterError('Run it with --help to see how it is used.');

addDemoCommand(program);

// `paydeck … | head`: nobody reads on, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Commander has printed it. It also throws to end after --help, with 0.
    process.exitCode = error.exitCode === 0 ? 0 : usageErrorExitCode;
  } else {
    process.stderr.write(`paydeck: ${explainError(error)}\n`);
    process.exitCode = 1;
  }
}
