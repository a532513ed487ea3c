import { expect, expectTypeOf, test } from 'vitest';
import { sql } from '../drizzle.ts';
import { type Parameter, prepareStatement } from './statement.ts';

type Input = { id: string; limit: number };

test('each parameter is cast, and has the value of the field with its name', () => {
  const statement = prepareStatement<Input, null>(
    (p) => sql`select ${p('limit', 'int')}, ${p('id', 'uuid')}, ${p('limit', 'bigint')}`,
    () => null,
    'control',
  );
  expect(statement.text).toBe('select $1::int, $2::uuid, $3::bigint');
  expect(statement.values({ id: 'a', limit: 7 })).toEqual([7, 'a', 7]);
});

test('a parameter with a misspelt field or type does not compile', () => {
  expectTypeOf<Parameters<Parameter<Input>>[0]>().toEqualTypeOf<'id' | 'limit'>();
  prepareStatement<Input, null>(
    (p) => sql`
      select ${p('id', 'uuid')},
             ${
               // @ts-expect-error: the input has no such field.
               p('limti', 'int')
             },
             ${
               // @ts-expect-error: PostgreSQL has no such type.
               p('limit', 'itn')
             }`,
    () => null,
    'control',
  );
});
