import { createConnectionPool } from './connection-pool.ts';
import { type ClientOptions, createDriverClient } from './driver-client.ts';

const repeatMs = 1_000;

/**
 * Listens, and never stops: LISTEN is sent again every second, which costs next to nothing where it holds already and
 * heals whatever befell the connection. The driver's own `listen` can stay deaf for good after a killed backend.
 */
export function keepListening(
  url: string,
  settings: ClientOptions,
  { channel, onWake }: { channel: string; onWake: () => void },
): { close(): Promise<void> } {
  let isNew = false;
  let closed = false;
  const pool = createConnectionPool({
    connect: (onLost) => {
      isNew = true;
      const withNotifications = {
        ...settings,
        onnotify: onWake,
        onclose: () => {
          onLost();
          // One that never came about is tried again by the timer only.
          if (!isNew) void listen();
        },
      };
      return createDriverClient(url, withNotifications);
    },
    maxConnections: 1,
    deadlineMs: 5_000,
  });

  const listen = async () => {
    if (closed) return;
    // Not reported: whoever is without the database learns it from the queries that carry data.
    const listens = await pool
      .run((client) => client.unsafe(`listen ${channel}`))
      .then(
        () => true,
        () => false,
      );
    if (listens && isNew) {
      isNew = false;
      onWake();
    }
  };
  const timer = setInterval(() => void listen(), repeatMs);
  timer.unref();
  void listen();

  return {
    close: () => {
      closed = true;
      clearInterval(timer);
      return pool.close();
    },
  };
}
