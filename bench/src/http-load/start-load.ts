import { startWorker } from '../worker-process.ts';
import type { LoadRequest } from './load-process.ts';
import type { LoadAnswer } from './tally.ts';

type Request<Do extends LoadRequest['do']> = Omit<LoadRequest & { do: Do }, 'do'>;

/** A process that calls servers over HTTP. It does one thing at a time. */
export type HttpLoad = AsyncDisposable & {
  /** Makes calls for some time. */
  loop(request: Request<'loop'>): Promise<LoadAnswer>;
  /** Sends requests at once. Resolves when they are sent; `answered` resolves when all of them are answered. */
  flood(request: Request<'flood'>): Promise<{ answered(): Promise<LoadAnswer> }>;
};

export function startHttpLoad(): HttpLoad {
  const worker = startWorker<LoadRequest, LoadAnswer | null>(new URL('./load-process.ts', import.meta.url));
  const ask = async (request: LoadRequest): Promise<LoadAnswer> => {
    const answer = await worker.ask(request);
    if (answer === null) throw new Error('The load must answer with what it measured.');
    return answer;
  };
  return {
    loop: (request) => ask({ do: 'loop', ...request }),
    flood: async (request) => {
      await worker.ask({ do: 'flood', ...request });
      return { answered: () => ask({ do: 'await-flood' }) };
    },
    [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
  };
}
