/**
 * Socket.IO as it comes: emits each event to all its sockets. With `RECOVERY=1` its connection state recovery is on,
 * with its defaults.
 */
import { Server } from 'socket.io';
import { listenForCreates, toEvent } from './listen-for-creates.ts';

await listenForCreates((server) => {
  const io = new Server(server, process.env.RECOVERY === '1' ? { connectionStateRecovery: {} } : {});
  return (payment) => {
    io.emit('payment', toEvent(payment));
  };
});
