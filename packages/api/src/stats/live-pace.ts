/** A dashboard has seven times the bytes of a payment, and nobody reads figures more often. */
const minIntervalMs = 1_000;
/** A dashboard takes at most a tenth of a connection. */
const intervalRatio = 10;
const maxRetryMs = 15_000;

/** The time from the start of a computation that took `tookMs` to the start of the next one. */
export const intervalMs = (tookMs: number): number => Math.max(minIntervalMs, intervalRatio * tookMs);

/**
 * The pause before the next try, after `failures` failures in a row before the last one. Each failure doubles the pause. `random`, from 0
 * to 1, adds up to a half, so that dashboards don't retry together.
 */
export const retryMs = (failures: number, random = Math.random()): number =>
  Math.min(maxRetryMs, minIntervalMs * 2 ** failures) * (1 + random / 2);
