import type { Call } from '../../http-load/call.ts';
import { startHttpLoad } from '../../http-load/start-load.ts';
import { list, query } from '../calls.ts';
import { atMost, numberText } from '../row.ts';
import type { RunningServer } from '../servers/running-server.ts';
import { startPaydeck } from '../servers/start-servers.ts';
import type { Row } from '../stage.ts';
import { others, othersWhile } from './others-while.ts';

const viewers = 20;
/** The pause between two searches of a viewer. */
const pauseMs = 100;

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

export const searchersRow: Row = {
  title: '20 viewers search for what is slow',
  belongsTo: 'full',
  measure: async ({ databases, instruments: { load }, rhythm, sizes }) => {
    await using running = new AsyncDisposableStack();
    const { url } = running.use(await databases.copy('paydeck', sizes.medium));
    const paydeck = running.use(await startPaydeck(url));
    const searchers = running.use(startHttpLoad());
    const refused: Record<number, number> = {};
    let answered = 0;
    const search = async (seconds: number) => {
      const calls = searches(paydeck);
      const answer = await searchers.loop({ url: paydeck.url, clients: viewers, seconds, pauseMs, calls });
      answered += answer.calls;
      for (const [status, count] of Object.entries(answer.refused)) {
        refused[Number(status)] = (refused[Number(status)] ?? 0) + count;
      }
    };
    const { goals, notes } = await othersWhile({ load, rhythm }, paydeck, search);
    const text = Object.entries(refused).map(([status, count]) => `${numberText(count)} with ${status}`);
    return {
      row: 'searchers',
      work: `${numberText(sizes.medium)} payments; ${viewers} viewers with ${pauseMs} ms between searches, ${others} others and a writer`,
      sides: [],
      goals: [...goals, atMost(0, '', 'searches answered 503', refused[503] ?? 0)],
      notes: [
        ...notes,
        `Searches answered: ${numberText(answered)}. Refused: ${text.length === 0 ? 'none' : text.join(', ')}.`,
      ],
    };
  },
};
