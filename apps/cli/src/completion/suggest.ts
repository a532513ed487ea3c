import type { Command, Option } from 'commander';

export type Suggestion = { value: string; description: string };

/**
 * The texts that the last of `words` may become. The words are those after `paydeck`; the last one may be incomplete or
 * empty. Returns an empty list where it knows nothing, such as for a file name; the shell then completes file names.
 *
 * bash splits words at `=`, so `--status=f` arrives as three words; zsh and fish leave it in one.
 */
export function suggest(program: Command, words: readonly string[]): Suggestion[] {
  const last = words.at(-1) ?? '';
  const typed = last === '=' ? '' : last;
  const { command, operands, option, used } = walk(
    program,
    words.slice(0, -1).filter((word) => word !== '='),
  );
  if (option !== undefined) return valuesOf(option.argChoices, typed);
  const [, flag = '', value] = /^(--[\w-]+)=(.*)$/s.exec(typed) ?? [];
  if (value !== undefined) {
    const choices = optionNamed(command, flag)?.argChoices;
    return valuesOf(choices, value).map((found) => ({ ...found, value: `${flag}=${found.value}` }));
  }
  if (typed.startsWith('-')) return optionsOf(command, used).filter(startsWith(typed));
  const commands = operands === 0 ? commandsOf(command) : [];
  if (commands.length > 0) return commands.filter(startsWith(typed));
  return valuesOf(command.registeredArguments[operands]?.argChoices, typed);
}

type Place = { command: Command; operands: number; option: Option | undefined; used: Option[] };

/** The command that the words lead to, the number of its arguments among them, and the option whose value comes next. */
function walk(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, operands: 0, option: undefined, used: [] };
  for (const word of words) {
    if (place.option !== undefined) {
      place.option = undefined;
    } else if (/^-./.test(word)) {
      const option = optionNamed(place.command, word);
      if (option === undefined) continue;
      place.used.push(option);
      if (option.required) place.option = option;
    } else {
      const next =
        place.operands === 0 ? place.command.commands.find((one) => one.name() === word) : undefined;
      if (next === undefined) place.operands += 1;
      else place.command = next;
    }
  }
  return place;
}

const optionNamed = (command: Command, name: string) =>
  command.options.find(({ short, long }) => name === short || name === long);

const startsWith =
  (typed: string) =>
  ({ value }: Suggestion) =>
    value.startsWith(typed);

/** The choices for a value. In a list with commas, the last name is completed. */
function valuesOf(choices: readonly string[] | undefined, typed: string): Suggestion[] {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  return (choices ?? [])
    .map((choice) => ({ value: `${before}${choice}`, description: '' }))
    .filter(startsWith(typed));
}

const commandsOf = (command: Command): Suggestion[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));

/** The options that are not used yet, by their long names. */
const optionsOf = (command: Command, used: readonly Option[]): Suggestion[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !used.includes(option))
    .map((option) => ({ value: option.long ?? option.flags, description: option.description }));
