import { z } from 'zod';
import { FileError } from '../file-error.ts';
import { type Field, fieldNames } from '../import-row.ts';
import { checkFormats, type MappingChange } from './change-mapping.ts';
import type { Mapping, Source } from './mapping.ts';

const field = z.enum(fieldNames);
const texts = z.record(z.string(), z.string());

/** A mapping file: JSON with these members, all of them optional. docs/scripts.md describes it. */
const mappingFile = z.strictObject({
  /** The column of each field; several columns are joined with a space. */
  columns: z.partialRecord(field, z.union([z.string(), z.array(z.string()).nonempty()])).default({}),
  /** Texts that every payment gets. */
  set: z.partialRecord(field, z.string()).default({}),
  /** The meanings of a column's texts, such as `{"status": {"Paid": "success"}}`. */
  values: z.partialRecord(field, texts).default({}),
  reference: z.array(z.string()).optional(),
  leaveOut: z.array(z.strictObject({ column: z.string(), values: z.array(z.string()) })).default([]),
  negativeAmounts: z.enum(['leave out', 'refuse']).optional(),
  decimal: z.enum(['point', 'comma']).optional(),
  dateFormat: z.string().optional(),
  timeZone: z.string().optional(),
});

/** Reads the text of a mapping file. Throws `FileError`, which names the member that is wrong. */
export function parseMapping(text: string): MappingChange {
  const parsed = mappingFile.safeParse(parseJson(text.replace(/^\uFEFF/, '')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FileError(
      `The mapping file is invalid: ${issue?.path.join('.') || 'the file'}: ${issue?.message}.`,
      `It must be JSON such as {"columns": {"amount": "Betrag"}, "set": {"method": "bank_transfer"}}.`,
    );
  }
  const { columns, set, leaveOut, ...rest } = parsed.data;
  const change: MappingChange = {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    columns: sourcesOf(columns),
    constants: set,
    leaveOut: leaveOut.map((rule) => ({ ...rule, reason: 'the mapping leaves it out' })),
  };
  checkFormats(change);
  return change;
}

const sourcesOf = (columns: Partial<Record<Field, string | string[]>>): Mapping['columns'] =>
  Object.fromEntries(
    Object.entries(columns).map(([name, column]): [string, Source] => [
      name,
      typeof column === 'string' ? { first: [column] } : { join: column, by: ' ' },
    ]),
  );

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
