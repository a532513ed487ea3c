import type { z } from 'zod';
import { createSharedAnswers, type SharedAnswers } from '../answers/shared-answers.ts';
import type { paymentPage } from './schema.ts';

/** The pages of lists that the calls of one process share, by their input. Every caller may see every payment. */
export type PageAnswers = SharedAnswers<z.output<typeof paymentPage>>;

/** A payment takes as much memory as this many points of a chart. */
const pointsOfPayment = 10;

export const createPageAnswers = (newestPosition: () => Promise<number>): PageAnswers =>
  createSharedAnswers(newestPosition, ({ items }) => pointsOfPayment * items.length);
