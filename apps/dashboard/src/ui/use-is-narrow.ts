import { useSyncExternalStore } from 'react';

/** The widest window that counts as narrow, such as a phone's. The style sheets use the same width. */
const narrow = window.matchMedia('screen and (max-width: 700px)');

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

/** Whether the window is too narrow for a table of many columns. */
export const useIsNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
