import type { Call } from '../../http-load/call.ts';
import { startHttpLoad } from '../../http-load/start-load.ts';
import { percentile } from '../../measure.ts';
import { create, list, query } from '../calls.ts';
import { atMost, type Goal, numberText } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import type { Row } from '../stage.ts';
import { timesOf } from './times-while.ts';

const viewers = 20;
/** The pause between two searches of a viewer. */
const pauseMs = 100;
/** The pause between two creates of another client, which make the server compute its answers again. */
const writerPauseMs = 50;
const others = 4;

const letters = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * Slow calls: lists, stats and failures of all texts of two letters, and lists of texts of three letters. Each is another
 * one, so that the server can't answer them with what it has answered before.
 */
const searches = (server: RunningServer): Call[] =>
  letters.flatMap((first) =>
    letters.flatMap((second) => {
      const text = first + second;
      return [
        list(server, { search: text }),
        ...letters.filter((_, n) => n % 5 === 0).map((third) => list(server, { search: text + third })),
        query(server, 'stats.dashboard', { filter: { search: text } }),
        query(server, 'stats.failures', { filter: { search: text } }),
      ];
    }),
  );

const othersCalls: Readonly<Record<string, (server: RunningServer) => Call>> = {
  lists: (server) => list(server, { status: ['success'] }),
  creates: create,
  dashboards: (server) => query(server, 'stats.dashboard'),
};

export const searchersRow: Row = {
  title: '20 viewers search for what is slow',
  belongsTo: 'full',
  measure: async ({ databases, instruments: { load }, rhythm, sizes }) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await databases.copy('paydeck', sizes.medium));
    const paydeck = running.use(await startPaydeck(url));
    const searchers = running.use(startHttpLoad());
    const writer = running.use(startHttpLoad());
    const measure = async (call: Call, seconds: number) => {
      const [answer] = await Promise.all([
        load.loop({ url: paydeck.url, clients: others, seconds, calls: [call], keepTimes: true }),
        writer.loop({
          url: paydeck.url,
          clients: 1,
          seconds,
          pauseMs: writerPauseMs,
          calls: [create(paydeck)],
        }),
      ]);
      return timesOf(answer);
    };
    const calls = Object.entries(othersCalls).map(([name, call]) => ({ name, call: call(paydeck) }));
    for (const { call } of calls) await measure(call, rhythm.warmUpSeconds);
    const quiet = new Map<string, number[]>(calls.map(({ name }) => [name, []]));
    const busy = new Map<string, number[]>(calls.map(({ name }) => [name, []]));
    const refused: Record<number, number> = {};
    let answered = 0;
    for (let round = 0; round < rhythm.rounds; round += 1) {
      for (const { name, call } of calls) {
        rhythm.signal.throwIfAborted();
        quiet.get(name)?.push(...(await measure(call, rhythm.seconds)));
        const searching = searchers.loop({
          url: paydeck.url,
          clients: viewers,
          // The others start once the searches run, and end before them.
          seconds: rhythm.seconds + 1.5,
          pauseMs,
          calls: searches(paydeck),
        });
        await new Promise((resolve) => setTimeout(resolve, 500));
        busy.get(name)?.push(...(await measure(call, rhythm.seconds)));
        const answer = await searching;
        answered += answer.calls;
        for (const [status, count] of Object.entries(answer.refused)) {
          refused[Number(status)] = (refused[Number(status)] ?? 0) + count;
        }
      }
    }
    const p99 = (times: Map<string, number[]>, name: string) => percentile(times.get(name) ?? [], 0.99);
    const goals: Goal[] = calls.map(({ name }) =>
      atMost(3, '×', `the quiet p99 of ${name}`, p99(busy, name) / p99(quiet, name)),
    );
    const text = Object.entries(refused).map(([status, count]) => `${numberText(count)} with ${status}`);
    return {
      row: 'searchers',
      work: `${numberText(sizes.medium)} payments; ${viewers} viewers with ${pauseMs} ms between searches, ${others} others and a writer`,
      sides: [],
      goals: [...goals, atMost(0, '', 'searches answered 503', refused[503] ?? 0)],
      notes: [
        ...calls.map(
          ({ name }) =>
            `p99 of ${name}: ${p99(quiet, name).toFixed(0)} ms quiet, ${p99(busy, name).toFixed(0)} ms while the viewers search.`,
        ),
        `Searches answered: ${numberText(answered)}. Refused: ${text.length === 0 ? 'none' : text.join(', ')}.`,
      ],
    };
  },
};
