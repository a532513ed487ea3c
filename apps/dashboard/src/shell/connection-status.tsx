import type { ConnectionState } from '@paydeck/client';
import { useEffect, useSyncExternalStore } from 'react';
import { client, queryClient } from '../client.ts';
import { classes } from '../ui/button.tsx';

const labels: Record<ConnectionState, string> = {
  idle: 'Idle',
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline',
};

export function useConnectionState(): ConnectionState {
  return useSyncExternalStore(client.connection.subscribe, () => client.connection.state);
}

/** Shows the state of the live connection. After a lost connection is back, all queries are refetched. */
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
      {labels[state]}
    </span>
  );
}
