import type { ConnectionState } from '@paydeck/client';
import { useEffect, useSyncExternalStore } from 'react';
import { client, queryClient } from '../client.ts';
import { classes } from '../ui/button.tsx';

const words: Record<ConnectionState, string> = {
  idle: 'Standing by',
  connecting: 'Catching up…',
  live: 'Live',
  offline: 'Offline',
};

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(client.connection.subscribe, () => client.connection.state);
}

/** Whether what is on the screen moves with the server. Whatever was read is read again after the connection was lost. */
export function ConnectionStatus() {
  const state = useConnectionState();
  useEffect(() => {
    let wasLost = false;
    return client.connection.subscribe(() => {
      const { state } = client.connection;
      if (state === 'offline') wasLost = true;
      if (state !== 'live' || !wasLost) return;
      wasLost = false;
      void queryClient.invalidateQueries();
    });
  }, []);
  return (
    <span className={classes('connection', `connection-${state}`)} role="status">
      {words[state]}
    </span>
  );
}
