import { is, PgDialect, Placeholder, type SQL } from '../drizzle.ts';

type Parameter = string | number | boolean | null | Buffer | readonly string[];

/** A statement whose text never changes, prepared once per connection. */
export type Statement<Input, Row> = {
  readonly text: string;
  parameters(input: Input): never[];
  decode(row: readonly unknown[]): Row;
};

/**
 * Compiles a statement once. Its inputs are `sql.placeholder('name')`s, filled from the input's fields of that
 * name. `decode` gets a row's columns in order: int8 as a number, JSON parsed, timestamps as PostgreSQL prints them.
 */
export function prepareStatement<Input extends Record<string, Parameter>, Row>(
  query: SQL,
  decode: (row: readonly unknown[]) => Row,
): Statement<Input, Row> {
  const { sql: text, params } = new PgDialect().sqlToQuery(query);
  return {
    text,
    decode,
    parameters: (input) =>
      asDriverParameters(params.map((param) => (is(param, Placeholder) ? input[param.name] : param))),
  };
}

/** The driver types parameters by its own registry; each value here is a `Parameter`, which it can send. */
function asDriverParameters(values: unknown[]): never[] {
  return values as never[];
}
