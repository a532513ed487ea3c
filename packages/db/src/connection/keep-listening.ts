import { createConnectionPool } from './connection-pool.ts';
import { type ClientOptions, createDriverClient } from './driver-client.ts';
import { readPooler } from './pooler.ts';

const repeatMs = 1_000;

/**
 * Listens to a channel until it is closed. It sends LISTEN every second. That costs almost nothing on a connection that
 * already listens, and recovers from a lost connection. The driver's own `listen` can stop receiving after a backend was
 * killed. Through a pooler that gives a connection for one transaction, it can't listen, and calls `onWake` every second
 * instead. `onWake` is also called on each new connection, as notifications before it may have been missed.
 */
export function keepListening(
  url: string,
  settings: ClientOptions,
  { channel, onWake }: { channel: string; onWake: () => void },
): { close(): Promise<void> } {
  if (readPooler(url).mode === 'transaction') {
    const waking = setInterval(onWake, repeatMs);
    waking.unref();
    return { close: async () => clearInterval(waking) };
  }
  let isNewConnection = false;
  let isClosed = false;
  const pool = createConnectionPool({
    connect: (onLost) => {
      isNewConnection = true;
      // A variable, because the driver's types lack `onnotify`.
      const options = {
        ...settings,
        onnotify: onWake,
        onclose: () => {
          onLost();
          // A connection that never listened is only replaced by the timer, so that a failure can't repeat in a tight loop.
          if (!isNewConnection) void listen();
        },
      };
      return createDriverClient(url, options);
    },
    maxConnections: 1,
    deadlineMs: 5_000,
  });

  const listen = async () => {
    if (isClosed) return;
    // An error is not reported. While the database is unavailable, the queries that read data report it.
    const isListening = await pool
      .run((client) => client.unsafe(`listen ${channel}`))
      .then(
        () => true,
        () => false,
      );
    if (isListening && isNewConnection) {
      isNewConnection = false;
      onWake();
    }
  };
  const timer = setInterval(() => void listen(), repeatMs);
  timer.unref();
  void listen();

  return {
    close: () => {
      isClosed = true;
      clearInterval(timer);
      return pool.close();
    },
  };
}
