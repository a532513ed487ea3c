/**
 * Aborts the controller as soon as one of the signals is aborted, with that signal's reason. The returned function
 * removes the listeners: otherwise a signal that outlives many calls would collect one for each call.
 */
export function forwardAborts(
  signals: readonly (AbortSignal | null | undefined)[],
  controller: AbortController,
): () => void {
  const removals: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    const abort = () => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    removals.push(() => signal.removeEventListener('abort', abort));
  }
  return () => {
    for (const remove of removals) remove();
  };
}
