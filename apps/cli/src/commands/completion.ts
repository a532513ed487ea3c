import type { Command } from 'commander';
import { completionScripts, type ShellName, shells } from '../completion/scripts.ts';
import { suggest } from '../completion/suggest.ts';
import { print } from '../output/output.ts';

/** `paydeck completion`, and the hidden command that its scripts call. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('print the script that lets a shell complete commands, options and values')
    .addArgument(program.createArgument('<shell>', 'your shell').choices(shells))
    .addHelpText(
      'after',
      `
The shell must find the command as \`paydeck\`: see docs/scripts.md.

Examples:
  $ source <(paydeck completion bash)               in ~/.bashrc
  $ source <(paydeck completion zsh)                in ~/.zshrc, after compinit
  $ paydeck completion fish > ~/.config/fish/completions/paydeck.fish`,
    )
    .action((shell: ShellName) => print(completionScripts[shell]));

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action((words: string[]) => {
      for (const { value, description } of suggest(program, words)) print(`${value}\t${description}`);
    });
}
