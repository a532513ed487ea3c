import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** The speed of all such work together while calls run: about an eighth of what one thread can move. */
const courteousBytesPerSecond = 8 * 1024 * 1024;
/** How long a piece waits before it looks again. */
const lookMs = 2;

/** Lets work on many bytes, such as exports, give way to calls, which take a few milliseconds of the same thread. */
export type GiveWay = {
  /** Resolves when it is the turn of the next `bytes`: at once when no call runs. */
  turn(bytes: number): Promise<void>;
  /** A stream that passes pieces on in their turn. */
  stream(): Transform;
};

/** While `callsAreRunning`, all work together gets `bytesPerSecond`, and otherwise as much as it can use. */
export function createGiveWay(
  callsAreRunning: () => boolean,
  bytesPerSecond: number = courteousBytesPerSecond,
): GiveWay {
  /** When the bytes so far have had their time, by `performance.now()`. */
  let usedUntil = 0;

  const turn = async (bytes: number) => {
    const start = Math.max(usedUntil, performance.now());
    usedUntil = start + (1_000 * bytes) / bytesPerSecond;
    while (callsAreRunning()) {
      if (performance.now() >= start) return;
      await delay(lookMs);
    }
    usedUntil = 0;
  };

  return {
    turn,
    stream: () =>
      new Transform({
        objectMode: true,
        highWaterMark: 1,
        transform: (piece: Buffer, _encoding, done) => {
          turn(piece.length).then(() => done(null, piece), done);
        },
      }),
  };
}
