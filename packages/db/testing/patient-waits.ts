import { vi } from 'vitest';
import { slowness } from './slowness.ts';

/** The default of vitest is 1 s, which is short even for a quiet machine. */
const defaultTimeoutMs = 10_000;
const { waitFor } = vi;

/**
 * A wait ends when what it waits for has happened; its limit only ends a wait that would never end. So the limit is for a
 * quiet machine, and this one may take longer.
 */
vi.waitFor = async (callback, options = {}) => {
  const given = typeof options === 'number' ? { timeout: options } : options;
  const timeout = Math.ceil((given.timeout ?? defaultTimeoutMs) * slowness());
  try {
    return await waitFor(callback, { ...given, timeout });
  } catch (error) {
    // `.ci/run` counts the tests that failed like this.
    if (error instanceof Error) error.message += `\nThe wait ran out of time after ${timeout} ms.`;
    throw error;
  }
};
