import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Answer, send } from '../faults/wire.ts';
import type { Random } from './random.ts';

export type SessionHolder = {
  refreshes(): number;
  /** While the database goes back in time, and for the token of before, the session may end. */
  setSteppingBack(isSteppingBack: boolean): void;
  close(): Promise<void>;
};

const tokensShape = z.object({ refreshToken: z.string() });
const callTimeoutMs = 20_000;
const betweenRefreshesMs = 3_000;
const repeatMs = 200;

/**
 * Keeps one session alive at random servers. It repeats a refresh with the same token until the answer is definite, however
 * long that takes. A session that ends is reported, unless the database went back in time.
 */
export function holdSession(
  urls: () => readonly string[],
  { random, violate }: { random: Random; violate(what: string): void },
): SessionHolder {
  let isClosing = false;
  let refreshes = 0;
  let steppingBack = false;
  let isSuspect = false;
  const call = async (path: string, input: object): Promise<Answer | null> => {
    // Tells the retries of a refresh from another party's refresh.
    const key = { 'idempotency-key': randomUUID() };
    while (!isClosing) {
      const answer = await send(random.pick(urls()), 'POST', path, input, key, callTimeoutMs);
      const isDefinite =
        answer.kind === 'ok' || (answer.kind === 'refused' && ![429, 503].includes(answer.status));
      if (isDefinite) return answer;
      await delay(repeatMs);
    }
    return null;
  };
  const run = async () => {
    let refreshToken: string | null = null;
    while (!isClosing) {
      const startedAt = performance.now();
      const answer: Answer | null =
        refreshToken === null
          ? await call('auth.login', { username: 'admin', password: 'admin123' })
          : await call('auth.refresh', { refreshToken });
      if (answer?.kind === 'ok') {
        if (refreshToken !== null) refreshes += 1;
        refreshToken = tokensShape.parse(answer.data).refreshToken;
        isSuspect = steppingBack;
      } else if (answer?.kind === 'refused') {
        if (refreshToken === null) violate(`a sign-in was refused: ${answer.reason}`);
        refreshToken = null;
        const seconds = Math.round((performance.now() - startedAt) / 1000);
        if (!steppingBack && !isSuspect)
          violate(`a session ended: ${answer.reason}, ${seconds} s after its refresh began`);
      }
      await delay(betweenRefreshesMs);
    }
  };
  const running = run();
  return {
    refreshes: () => refreshes,
    setSteppingBack: (isSteppingBack) => {
      steppingBack = isSteppingBack;
      isSuspect = true;
    },
    close: async () => {
      isClosing = true;
      await running;
    },
  };
}
