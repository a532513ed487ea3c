/**
 * Aborts the controller as soon as one of the signals is aborted, with its reason. The returned function lets go of
 * them: a signal that outlives many calls must not gather their listeners.
 */
export function forwardAborts(
  signals: readonly (AbortSignal | null | undefined)[],
  controller: AbortController,
): () => void {
  const abort = (signal: AbortSignal) => controller.abort(signal.reason);
  const letGo: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    if (signal.aborted) abort(signal);
    const listener = () => abort(signal);
    signal.addEventListener('abort', listener, { once: true });
    letGo.push(() => signal.removeEventListener('abort', listener));
  }
  return () => {
    for (const release of letGo) release();
  };
}
