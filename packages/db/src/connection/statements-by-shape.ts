import type { SQL } from '../drizzle.ts';
import type { Lane } from './lanes.ts';
import { type Parameter, prepareStatement, type Statement, type StatementInput } from './statement.ts';

/**
 * The most shapes of one kind of statement that are kept, and prepared on each connection that runs them. Each takes some
 * 80 kB of a connection. The kinds of the lane `quick` have fewer, so a caller that tries every filter can't slow down others.
 */
export const maxShapes = 300;

/**
 * A kind of statement whose text depends on the shape of its input, such as which fields a filter has. Returns the statement
 * of a shape, which is compiled at its first use. A shape beyond `maxShapes` is compiled and planned each time.
 *
 * `query` must make the text from the shape alone, and take every value as a parameter. `isPrepared` says whether one plan
 * is good for all values of the shape. A shape's properties are plain values, always in the same order.
 */
export function statementsByShape<Shape, Input extends StatementInput, Row>({
  query,
  decode,
  lane,
  isPrepared = () => true,
}: {
  query: (p: Parameter<Input>, shape: Shape) => SQL;
  decode: (row: readonly unknown[]) => Row;
  lane: (shape: Shape) => Lane;
  isPrepared?: (shape: Shape) => boolean;
}): (shape: Shape) => Statement<Input, Row> {
  const statements = new Map<string, Statement<Input, Row>>();
  return (shape) => {
    const key = JSON.stringify(shape);
    const known = statements.get(key);
    if (known !== undefined) return known;
    const isKept = statements.size < maxShapes;
    const statement = {
      ...prepareStatement<Input, Row>((p) => query(p, shape), decode, lane(shape)),
      isPrepared: isKept && isPrepared(shape),
    };
    if (isKept) statements.set(key, statement);
    return statement;
  };
}
