import { expectTypeOf, test } from 'vitest';
import type { PaydeckClient } from './paydeck-client.ts';
import type { RouterInputs, RouterOutputs } from './router-types.ts';

// Checked by the compiler: `pnpm types`, and the run of it in rename-column.test.ts.

type Leaf = string | number | bigint | boolean | symbol | null | undefined | Date;

/** The places inside a type where nothing is known: `any` and `unknown`. */
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

test('no procedure gives or takes an `any`', () => {
  expectTypeOf<Holes<RouterOutputs, 'outputs'>>().toBeNever();
  expectTypeOf<Holes<RouterInputs, 'inputs'>>().toBeNever();
});

test('a hole is found wherever it is', () => {
  type Anything = ReturnType<typeof JSON.parse>;
  type Holey = { a: { b?: Anything[] }; c: AsyncIterable<{ d: unknown }>; e: Date | string };
  expectTypeOf<Holes<Holey, 'x'>>().toEqualTypeOf<'x.a.b[]' | 'x.c[].d'>();
});

test('the client gives what the router answers, Dates as Dates', () => {
  type Api = PaydeckClient['api'];
  type Page = Awaited<ReturnType<Api['payments']['list']['query']>>;
  expectTypeOf<Page>().toEqualTypeOf<RouterOutputs['payments']['list']>();
  expectTypeOf<Page['items'][number]['createdAt']>().toEqualTypeOf<Date>();
  expectTypeOf<Page['items'][number]['amountMinor']>().toEqualTypeOf<number>();
  expectTypeOf<Page['items'][number]['status']>().toEqualTypeOf<'pending' | 'success' | 'failed'>();
});
