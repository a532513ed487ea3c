import type { LogState, LostRange } from '@paydeck/db/events';

/** The log has lost events that were read: a failover to a replica that was behind, or a restore of a backup. */
export type StepBack = {
  /** Every event up to this position is still in the log. */
  keptUntil: number;
  /** An event that was read and is lost. Null if it may only have been deleted because of its age. */
  lost: { position: number; at: string } | null;
};

export type LogPlace = {
  /** The last position that was read. */
  readonly position: number;
  /** Whether a position was given out in an earlier life of the log, and its event is lost. */
  isLost(position: number): boolean;
  /**
   * Compares a read after `position` with what was read before. Null: the log still has the event at `position`, and all after
   * it follow. Otherwise the place is now the newest event of the log.
   */
  check(state: LogState): StepBack | null;
  /** Records that the log was read up to an event. */
  moveTo(event: { position: number; at: string | null }): void;
};

/** A reader's place in the log, which recognizes that the log is another one than before. */
export function createLogPlace(first: LogState): LogPlace {
  let position = first.newest;
  let at = first.newestAt;
  let { lostRanges } = first;

  return {
    get position() {
      return position;
    },
    isLost: (asked) => isIn(lostRanges, asked),
    check: (state) => {
      ({ lostRanges } = state);
      const wasPruned = position < state.oldest;
      const isThere = state.afterAt === at || (wasPruned && position === state.oldest - 1);
      if (position === 0 || (isThere && !isIn(lostRanges, position))) return null;
      const keptUntil = wasPruned && state.newest > position ? 0 : keptBefore(state, position);
      const lost = at === null || wasPruned ? null : { position, at };
      position = state.newest;
      at = state.newestAt;
      return { keptUntil, lost };
    },
    moveTo: (event) => {
      ({ position, at } = event);
    },
  };
}

/** Whether a position is in one of the ranges. */
export const isIn = (ranges: readonly LostRange[], position: number): boolean =>
  ranges.some(({ keptUntil, resumesAfter }) => keptUntil < position && position <= resumesAfter);

/** The last position before a lost one that the log still has. 0 if it has grown past the lost one and nobody knows. */
function keptBefore({ newest, lostRanges }: LogState, lost: number): number {
  if (newest < lost) return newest;
  const ranges = lostRanges.filter((range) => isIn([range], lost));
  return ranges.length === 0 ? 0 : Math.min(...ranges.map(({ keptUntil }) => keptUntil));
}
