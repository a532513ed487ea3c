import { rollupsCanAnswer } from '@paydeck/db/filter';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { dashboardInput } from './schema.ts';

/** Counts the different dashboards that each user watches. The same one in many tabs counts once. */
export type LiveQuestions = {
  /**
   * Counts a subscription until the returned function is called. Throws `too_many_requests` when the user watches too many
   * different dashboards.
   */
  watch(userId: string, key: string, input: z.output<typeof dashboardInput>): () => void;
};

/** How many different dashboards one user may watch on one server. */
export const liveQuestionsPerUser = { rollups: 30, payments: 4 } as const;

export function createLiveQuestions(): LiveQuestions {
  /** By user, then by key: how many subscriptions. */
  const users = {
    rollups: new Map<string, Map<string, number>>(),
    payments: new Map<string, Map<string, number>>(),
  };
  return {
    watch: (userId, key, { filter }) => {
      const kind = rollupsCanAnswer(filter) ? 'rollups' : 'payments';
      const questions = users[kind].get(userId) ?? new Map<string, number>();
      if (!questions.has(key) && questions.size >= liveQuestionsPerUser[kind]) throw tooMany(kind);
      users[kind].set(userId, questions);
      questions.set(key, (questions.get(key) ?? 0) + 1);
      return () => {
        const left = (questions.get(key) ?? 0) - 1;
        if (left > 0) questions.set(key, left);
        else questions.delete(key);
        if (questions.size === 0) users[kind].delete(userId);
      };
    },
  };
}

const tooMany = (kind: keyof typeof liveQuestionsPerUser): AppError =>
  new AppError(
    'too_many_requests',
    kind === 'payments'
      ? `A user may watch at most ${liveQuestionsPerUser.payments} different dashboards with a text or an amount in the filter. Stop one first.`
      : `A user may watch at most ${liveQuestionsPerUser.rollups} different dashboards. Stop one first.`,
  );
