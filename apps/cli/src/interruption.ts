/**
 * A signal that aborts at the first Ctrl-C (or SIGTERM), so that a command can end what it began and say what was done.
 * The second one ends the process as usual. Disposing gives both signals their usual meaning back.
 */
export function listenForInterruption(): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const release = () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  const interrupt = () => {
    release();
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return { signal: controller.signal, [Symbol.dispose]: release };
}
