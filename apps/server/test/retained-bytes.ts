import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** The environment that lets `retainedBytes` look into a process of Node. */
export const inspectable = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/**
 * The bytes of the objects and buffers that a process keeps, after a garbage collection. Unlike its resident memory, they don't
 * depend on when V8 and the system give memory back. `output` is what a process with `inspectable` has printed.
 */
export async function retainedBytes(output: string): Promise<number> {
  const address = output.match(/Debugger listening on (ws:\S+)/)?.[1];
  if (address === undefined) throw new Error(`The process has no inspector:\n${output}`);
  const socket = new WebSocket(address);
  try {
    await once(socket, 'open');
    await ask(socket, { method: 'HeapProfiler.collectGarbage' });
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    return evaluated.parse(await ask(socket, { method: 'Runtime.evaluate', params: { expression } })).result
      .result.value;
  } finally {
    socket.terminate();
  }
}

const evaluated = z.object({ result: z.object({ result: z.object({ value: z.number() }) }) });

/** Sends a command of the DevTools protocol, and returns its reply. Without an enabled domain, nothing else arrives. */
async function ask(socket: WebSocket, command: object): Promise<unknown> {
  socket.send(JSON.stringify({ id: 1, ...command }));
  const [reply] = await once(socket, 'message');
  return JSON.parse(String(reply));
}
