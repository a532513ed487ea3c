import { is, PgDialect, Placeholder, type SQL, sql } from '../drizzle.ts';
import type { Lane } from './lanes.ts';

type Value = string | number | boolean | null | Buffer | readonly string[];

export type PostgresType =
  | 'bigint'
  | 'boolean'
  | 'bytea'
  | 'int'
  | 'json'
  | 'jsonb'
  | 'payment_method'
  | 'payment_method[]'
  | 'payment_status'
  | 'payment_status[]'
  | 'text'
  | 'text[]'
  | 'timestamptz'
  | 'user_role'
  | 'uuid';

/** Stands for a field of the statement's input, cast to a PostgreSQL type: `p('actorId', 'uuid')` is `$1::uuid`. */
export type Parameter<Input> = (field: keyof Input & string, type: PostgresType) => SQL;

/** Puts the fields of one input into a query, for a query that is not prepared. */
export const literalParameters =
  <Input extends StatementInput>(input: Input): Parameter<Input> =>
  (field, type) =>
    sql`${input[field]}::${sql.raw(type)}`;

/** A statement whose text never changes. */
export type Statement<Input, Row> = {
  readonly text: string;
  readonly lane: Lane;
  /** Whether each connection prepares the statement once. Otherwise PostgreSQL plans it each time, for the values given. */
  readonly isPrepared: boolean;
  /** The input's fields in the order of the text's parameters. */
  values(input: Input): never[];
  decode(row: readonly unknown[]): Row;
};

/** A missing field is one that the text does not use. */
export type StatementInput = Readonly<Record<string, Value | undefined>>;

/**
 * Compiles a statement once. `decode` gets a row's columns in order: int8 as a number, JSON parsed, timestamps as
 * PostgreSQL prints them. `lane` says which connections the statement uses.
 */
export function prepareStatement<Input extends StatementInput, Row>(
  query: (p: Parameter<Input>) => SQL,
  decode: (row: readonly unknown[]) => Row,
  lane: Lane,
): Statement<Input, Row> {
  const p: Parameter<Input> = (field, type) => sql`${sql.placeholder(field)}::${sql.raw(type)}`;
  const { sql: text, params } = new PgDialect().sqlToQuery(query(p));
  return {
    text,
    lane,
    isPrepared: true,
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
