import { type Answer, type Caller, randomPayment } from './wire.ts';

const twoYearsAgo = new Date(Date.now() - 2 * 365 * 86_400_000).toISOString();

/** Calls that have to look at many payments: texts of one or two letters, texts and amounts that match none, long ranges. */
const slowCalls: readonly [path: string, input: object][] = [
  ...[
    { search: 'q' },
    { search: 'zz' },
    { search: 'zz', status: ['failed'] },
    { search: 'smith wei' },
    { search: 'smith', method: ['digital_wallet'], maxAmountMinor: 3 },
    { minAmountMinor: 50_000, maxAmountMinor: 50_001, status: ['failed'] },
    { search: '7', minAmountMinor: 99_999 },
  ].map((filter): [string, object] => ['payments.list', { filter, limit: 100 }]),
  ['payments.list', { filter: { search: 'smith' }, page: 400, limit: 100 }],
  ['stats.dashboard', { from: twoYearsAgo, filter: { search: 'a' } }],
  ['stats.revenue', { from: twoYearsAgo, interval: 'month', filter: { search: 'smith' } }],
  ['stats.failures', { from: twoYearsAgo, interval: 'month', filter: { search: 'zz' } }],
];

/** The slow calls as requests. */
export const slowRequests: readonly string[] = slowCalls.map(
  ([path, input]) => `/trpc/${path}?input=${encodeURIComponent(JSON.stringify(input))}`,
);

export const slowPaths: ReadonlySet<string> = new Set(slowCalls.map(([path]) => path));

/** The calls of users who don't search. */
export const quickCalls = {
  list: (caller: Caller) => caller.query('payments.list', { limit: 20 }),
  filteredList: (caller: Caller) =>
    caller.query('payments.list', { limit: 20, filter: { status: ['failed'] } }),
  create: (caller: Caller, key: string) => caller.mutate('payments.create', randomPayment(), key),
  dashboard: (caller: Caller) => caller.query('stats.dashboard', {}),
} satisfies Record<string, (caller: Caller, key: string) => Promise<Answer>>;

export type SearchStorm = {
  /** The answers by path. */
  answers: ReadonlyMap<string, readonly Answer[]>;
  /** Ends after the searches that are running. */
  end(): Promise<void>;
};

/** Viewers that search for what is slow, without a pause. */
export function startSearchStorm(callers: readonly Caller[]): SearchStorm {
  const answers = new Map<string, Answer[]>();
  let isEnding = false;
  const search = async (caller: Caller, viewer: number) => {
    for (let n = viewer; !isEnding; n++) {
      const [path, input] = slowCalls[n % slowCalls.length] ?? ['', {}];
      const answer = await caller.query(path, input);
      answers.set(path, [...(answers.get(path) ?? []), answer]);
    }
  };
  const viewers = callers.map(search);
  return {
    answers,
    end: async () => {
      isEnding = true;
      await Promise.all(viewers);
    },
  };
}
