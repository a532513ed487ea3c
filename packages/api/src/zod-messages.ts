import type { z } from 'zod';
import { shortened } from './refusal-size.ts';

let listFormat: Intl.ListFormat | undefined;

/** `a, b, or c`. The format is made at the first use: it reads 6 MB of ICU's data. */
function anyOf(choices: string[]): string {
  listFormat ??= new Intl.ListFormat('en', { type: 'disjunction' });
  return listFormat.format(choices);
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

const formatNames: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  date: 'an ISO 8601 date, such as 2026-01-31',
  datetime: 'an ISO 8601 date and time, such as 2026-01-31T09:30:00Z',
};

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

const counted = (count: number | bigint, unit: string) => `${count} ${unit}${Number(count) === 1 ? '' : 's'}`;

/** The most unknown fields that a message names. It counts the others. */
const maxNamedFields = 5;

function namedFields(names: readonly string[]): string[] {
  const named = names.slice(0, maxNamedFields).map((name) => shortened(name, 40));
  const others = names.length - named.length;
  return others === 0 ? named : [...named, `${others} others`];
}

/**
 * The message of an issue whose schema does not give one. It continues the name of the field to a sentence: "limit must be
 * at most 100".
 */
export function zodMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be ${anyOf(issue.values.map(String))}`;
    case 'too_small': {
      const unit = units[issue.origin];
      if (unit === undefined)
        return `must be ${issue.inclusive ? 'at least' : 'greater than'} ${issue.minimum}`;
      return issue.minimum === 1 ? 'must not be empty' : `must have at least ${counted(issue.minimum, unit)}`;
    }
    case 'too_big': {
      const unit = units[issue.origin];
      if (unit === undefined) return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
      return `must have at most ${counted(issue.maximum, unit)}`;
    }
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? `a valid ${issue.format}`}`;
    case 'unrecognized_keys':
      return `must not have the field ${anyOf(namedFields(issue.keys))}`;
    default:
      return 'is invalid';
  }
}
