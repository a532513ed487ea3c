import { is, PgDialect, Placeholder, type SQL, sql } from '../drizzle.ts';
import type { Lane } from './lanes.ts';

type Value = string | number | boolean | null | Buffer | readonly string[];

type PostgresType =
  | 'bigint'
  | 'boolean'
  | 'bytea'
  | 'int'
  | 'json'
  | 'jsonb'
  | 'payment_status'
  | 'text'
  | 'text[]'
  | 'timestamptz'
  | 'user_role'
  | 'uuid';

/** Stands for a field of the statement's input, cast to a PostgreSQL type: `p('actorId', 'uuid')` is `$1::uuid`. */
export type Parameter<Input> = (field: keyof Input & string, type: PostgresType) => SQL;

/** A statement whose text never changes, prepared once per connection. */
export type Statement<Input, Row> = {
  readonly text: string;
  readonly lane: Lane;
  /** The input's fields in the order of the text's parameters. */
  values(input: Input): never[];
  decode(row: readonly unknown[]): Row;
};

/**
 * Compiles a statement once. `decode` gets a row's columns in order: int8 as a number, JSON parsed, timestamps as
 * PostgreSQL prints them. `lane` says which connections the statement uses.
 */
export function prepareStatement<Input extends Record<string, Value>, Row>(
  query: (p: Parameter<Input>) => SQL,
  decode: (row: readonly unknown[]) => Row,
  lane: Lane,
): Statement<Input, Row> {
  const p: Parameter<Input> = (field, type) => sql`${sql.placeholder(field)}::${sql.raw(type)}`;
  const { sql: text, params } = new PgDialect().sqlToQuery(query(p));
  return {
    text,
    lane,
    decode,
    values: (input) =>
      asDriverValues(params.map((param) => (is(param, Placeholder) ? input[param.name] : param))),
  };
}

/**
 * The text of several statements as one message, which PostgreSQL runs as one transaction. Each statement has its own
 * snapshot. Such a message has no parameters, so Drizzle puts the values in as quoted literals.
 */
export const textOfAll = (statements: readonly SQL[]): string => statements.map(textWithLiterals).join(';\n');

/** The text of a statement that can't have parameters, such as COPY. Drizzle puts the values in as quoted literals. */
export const textWithLiterals = (query: SQL): string => new PgDialect().sqlToQuery(query.inlineParams()).sql;

/** The driver types its parameters by its own registry; each one here is a `Value`, which it can send. */
function asDriverValues(values: unknown[]): never[] {
  return values as never[];
}
