/**
 * A token bucket: allows `burst` messages at once and `perSecond` in the long run. It needs two numbers and no timer.
 */
export function createMessageRate(
  { burst, perSecond }: { burst: number; perSecond: number },
  now: () => number = () => performance.now(),
): { take(messages: number): boolean } {
  let left = burst;
  let at = now();
  return {
    take: (messages) => {
      const time = now();
      left = Math.min(burst, left + ((time - at) / 1_000) * perSecond);
      at = time;
      if (left < messages) return false;
      left -= messages;
      return true;
    },
  };
}
