import type { World } from './world.ts';

/** Something that goes wrong in a running world, and then is over. */
export type Fault = {
  /** kebab-case, for `--only`. */
  name: string;
  /** Why it can't be caused on this machine. Null if it can. */
  unavailable?(): string | null;
  /** Left out of runs of less than 10 minutes. */
  isLong?: boolean;
  /** Causes the fault and ends it. It reports broken promises with `world.violate`. */
  run(world: World): Promise<void>;
};
