import { issuesOf } from '@paydeck/client';
import type { Command } from 'commander';

/** Options whose values must not appear in a terminal or in a log. */
const secrets: readonly string[] = ['password', 'code', 'apiKey', 'kept'];

/**
 * The problems of an input that the server refused, in the words of the command that was run: `--from “x” must be …` instead
 * of `filter.from must be …`. Null when the error names no field, or none that is an option or an argument of the command.
 */
export function namedProblems(error: unknown, command: Command | undefined): string | null {
  const problems = issuesOf(error).map(({ path, message }) => {
    const field = path.split('.').at(-1) ?? '';
    const given = command && givenValueOf(command, field);
    return { isNamed: given !== undefined, text: `${given ?? (path || 'The input')} ${message}` };
  });
  if (!problems.some(({ isNamed }) => isNamed)) return null;
  return `${problems.map(({ text }) => text).join('; ')}.`;
}

/** How the user gave a field: `--min-amount “5”` for `minAmountMinor`, `<username> “x”`, or only the option of a secret. */
function givenValueOf(command: Command, field: string): string | undefined {
  const names = [field, field.replace(/(?:Minor|At|Id)$/, ''), field === 'interval' ? 'by' : ''];
  const option = command.options.find((candidate) => names.includes(candidate.attributeName()));
  if (option !== undefined) {
    const name = option.attributeName();
    return withValue(
      option.long ?? option.flags,
      secrets.includes(name) ? null : command.getOptionValue(name),
    );
  }
  const place = command.registeredArguments.findIndex((argument) => names.includes(argument.name()));
  return place < 0 ? undefined : withValue(`<${names[0]}>`, command.args[place]);
}

const withValue = (name: string, value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? `${name} “${value}”` : name;
