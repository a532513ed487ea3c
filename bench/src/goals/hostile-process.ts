/** A process of hostile viewers. */
import { type HostileViewer, startHostileLoad } from '@paydeck/server/testing/hostile-viewers';
import { answerRequests } from '../worker-process.ts';

export type HostileRequest =
  | { do: 'start'; url: string; viewers: readonly HostileViewer[]; searches: readonly string[] }
  /** Answers with how often each kind of call was made. */
  | { do: 'end' };

let load: ReturnType<typeof startHostileLoad> | null = null;

answerRequests(async (request: HostileRequest): Promise<[kind: string, count: number][] | null> => {
  if (request.do === 'start') {
    load = startHostileLoad(request.url, request.viewers, request.searches);
    return null;
  }
  await load?.end();
  return [...(load?.counts ?? [])];
});
