/** A token bucket: `take` returns false for more than `burst` at once, or `perSecond` in the long run. */
export type Rate = { take(amount: number): boolean };

/** Creates a token bucket, of messages or of bytes. It needs two numbers and no timer. */
export function createRate(
  { burst, perSecond }: { burst: number; perSecond: number },
  now: () => number = () => performance.now(),
): Rate {
  let left = burst;
  let at = now();
  return {
    take: (amount) => {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1_000) * perSecond);
      at = time;
      if (left < amount) return false;
      left -= amount;
      return true;
    },
  };
}
