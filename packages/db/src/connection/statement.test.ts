import { expect, expectTypeOf, test } from 'vitest';
import { sql } from '../drizzle.ts';
import { type Parameter, prepareStatement } from './statement.ts';

type Input = { id: string; limit: number };

test('each parameter is cast and takes the field of its name', () => {
  const statement = prepareStatement<Input, null>(
    (p) => sql`select ${p('limit', 'int')}, ${p('id', 'uuid')}, ${p('limit', 'bigint')}`,
    () => null,
  );
  expect(statement.text).toBe('select $1::int, $2::uuid, $3::bigint');
  expect(statement.values({ id: 'a', limit: 7 })).toEqual([7, 'a', 7]);
});

test('a misspelt field, or type, of a parameter does not compile', () => {
  expectTypeOf<Parameters<Parameter<Input>>[0]>().toEqualTypeOf<'id' | 'limit'>();
  prepareStatement<Input, null>(
    (p) => sql`
      select ${p('id', 'uuid')},
             ${
               // @ts-expect-error: the input has no field of this name.
               p('limti', 'int')
             },
             ${
               // @ts-expect-error: PostgreSQL has no type of this name.
               p('limit', 'itn')
             }`,
    () => null,
  );
});
