import type { StepBack } from './log-place.ts';

/** For the log of the server: an operator must know that acknowledged payments are gone. */
export class StepBackError extends Error {
  override readonly name = 'StepBackError';

  constructor({ keptUntil, lost }: StepBack, position: number) {
    const what =
      lost === null
        ? 'Events that this server had not read were deleted'
        : `The event ${lost.position} is gone`;
    super(
      `${what}; the log is at ${position}, and was the same until ${keptUntil}. The database was restored, or a replica that ` +
        'was behind took over. All subscribers read their lists again.',
    );
  }
}
