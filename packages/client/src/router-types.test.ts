import { expectTypeOf, test } from 'vitest';
import type { PaydeckClient } from './paydeck-client.ts';
import type { RouterInputs, RouterOutputs } from './router-types.ts';

// The compiler checks these: `pnpm types`, and rename-column.test.ts.

type Leaf = string | number | bigint | boolean | symbol | null | undefined | Date;

/** The paths inside a type that are `any` or `unknown`. */
type Holes<T, Path extends string> = unknown extends T
  ? Path
  : T extends Leaf
    ? never
    : T extends readonly (infer Item)[]
      ? Holes<Item, `${Path}[]`>
      : T extends AsyncIterable<infer Item, unknown, unknown>
        ? Holes<Item, `${Path}[]`>
        : T extends object
          ? { [K in keyof T]-?: Holes<T[K], `${Path}.${K & string}`> }[keyof T]
          : never;

test('no procedure has `any` in its input or output', () => {
  expectTypeOf<Holes<RouterOutputs, 'outputs'>>().toBeNever();
  expectTypeOf<Holes<RouterInputs, 'inputs'>>().toBeNever();
});

test('an `any` is found wherever it is', () => {
  type Anything = ReturnType<typeof JSON.parse>;
  type Holey = { a: { b?: Anything[] }; c: AsyncIterable<{ d: unknown }>; e: Date | string };
  expectTypeOf<Holes<Holey, 'x'>>().toEqualTypeOf<'x.a.b[]' | 'x.c[].d'>();
});

test('the client has the types of the router, and Dates stay Dates', () => {
  type Api = PaydeckClient['api'];
  type Page = Awaited<ReturnType<Api['payments']['list']['query']>>;
  expectTypeOf<Page>().toEqualTypeOf<RouterOutputs['payments']['list']>();
  expectTypeOf<Page['items'][number]['createdAt']>().toEqualTypeOf<Date>();
  expectTypeOf<Page['items'][number]['amountMinor']>().toEqualTypeOf<number>();
  expectTypeOf<Page['items'][number]['status']>().toEqualTypeOf<'pending' | 'success' | 'failed'>();
});
