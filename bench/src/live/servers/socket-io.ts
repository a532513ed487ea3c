/**
 * Socket.IO with its defaults: emits each event to all its sockets. `RECOVERY=1` turns on its connection state recovery, also
 * with defaults.
 */
import { Server } from 'socket.io';
import { listenForCreates, toEvent } from './listen-for-creates.ts';

await listenForCreates((server) => {
  const io = new Server(server, process.env.RECOVERY === '1' ? { connectionStateRecovery: {} } : {});
  return (payment) => {
    io.emit('payment', toEvent(payment));
  };
});
