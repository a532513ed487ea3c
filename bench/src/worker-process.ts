import { fork, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers requests, one after the other. */
export type WorkerProcess<Request, Answer> = AsyncDisposable & {
  /** Rejects when the process exits instead of answering. It has then printed the reason. */
  ask(request: Request): Promise<Answer>;
};

/**
 * Starts a module in its own process. The module must call `answerRequests` with the same types. A nice process gets the CPU time
 * that nobody else wants, as a load from other machines would.
 */
export function startWorker<Request extends Serializable, Answer extends Serializable | null>(
  module: URL,
  { isNice = false }: { isNice?: boolean } = {},
): WorkerProcess<Request, Answer> {
  const child = isNice
    ? fork(fileURLToPath(module), [], { execPath: 'nice', execArgv: ['-n', '19', process.execPath] })
    : fork(fileURLToPath(module));
  const exited = once(child, 'exit');
  return {
    ask: (request) => askProcess(child, request),
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** Sends a message, and resolves to the next message that comes back. */
export function askProcess<Answer>(
  child: Pick<ReturnType<typeof fork>, 'send' | 'once' | 'off' | 'connected'>,
  request: Serializable,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const receive = (answer: Answer) => resolve(answer);
  const fail = () => reject(new Error('A process of the benchmark exited. Its output says why.'));
  if (!child.connected) fail();
  child.once('message', receive).once('exit', fail);
  if (child.connected) child.send(request);
  return promise.finally(() => child.off('message', receive).off('exit', fail));
}

/** Answers each request of the parent process. When an answer rejects, prints the error and exits. */
export function answerRequests<Request, Answer extends Serializable | null>(
  answer: (request: Request) => Promise<Answer>,
): void {
  process.on('message', (request: Request) => {
    answer(request).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.on('disconnect', () => process.exit());
}
