import { useEffect, useEffectEvent, useRef, useSyncExternalStore } from 'react';
import { useLocation } from 'wouter';

/** The shortcuts, as the sheet lists them. `keys` are pressed one after the other. */
export const shortcuts: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['/'], what: 'Search payments' },
  { keys: ['j'], what: 'Next payment, in the list or the panel' },
  { keys: ['k'], what: 'Previous payment' },
  { keys: ['Enter'], what: 'Open the payment' },
  { keys: ['Esc'], what: 'Close a dialog, menu or payment' },
  { keys: ['g', 'o'], what: 'Go to the overview' },
  { keys: ['g', 'p'], what: 'Go to the payments' },
  { keys: ['g', 'i'], what: 'Go to the import' },
  { keys: ['g', 'u'], what: 'Go to the users' },
  { keys: ['g', 'a'], what: 'Go to the audit log' },
  { keys: ['g', 's'], what: 'Go to the settings' },
  { keys: ['?'], what: 'Show this list' },
];

const storageKey = 'paydeck.shortcuts';
const listeners = new Set<() => void>();

const areShortcutsOn = (): boolean => localStorage.getItem(storageKey) !== 'off';

export const useAreShortcutsOn = (): boolean =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, areShortcutsOn);

/** Turns the shortcuts of one character on or off in this browser. WCAG 2.1.4 requires it, for people who dictate. */
export function setShortcutsOn(on: boolean): void {
  if (on) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, 'off');
  for (const listener of listeners) listener();
}

/** Listens to the shortcuts while the page is shown. `links` are the addresses of the views, by their second key. */
export function useShortcuts(links: ReadonlyMap<string, string>, showSheet: () => void): void {
  const [, navigate] = useLocation();
  const wasG = useRef(false);
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isSecond = wasG.current;
    wasG.current = false;
    if (!isShortcut(event) || isOverlayOpen()) return;
    const link = isSecond ? links.get(event.key) : undefined;
    if (link !== undefined) navigate(link);
    else if (event.key === 'g') wasG.current = true;
    else if (event.key === '?') showSheet();
    else if (event.key === '/') focusSearchSoon(() => navigate(links.get('p') ?? '/payments'));
    else if (event.key === 'j') focusRow(1);
    else if (event.key === 'k') focusRow(-1);
    else return;
    event.preventDefault();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Elements that letters can be typed into, or that have keys of their own. */
const fields = 'input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]';

/** Whether a key may be a shortcut: they are on, and it belongs neither to the browser nor to a field that has the focus. */
export function isShortcut(event: KeyboardEvent): boolean {
  const { defaultPrevented, isComposing, ctrlKey, metaKey, altKey, target } = event;
  if (!areShortcutsOn() || defaultPrevented || isComposing || ctrlKey || metaKey || altKey) return false;
  return !(target instanceof HTMLElement && target.matches(fields));
}

const isOverlayOpen = (): boolean =>
  document.querySelector('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]') !== null;

/** Focuses the search of the payments. If another view is shown, opens that of the payments and waits for it. */
function focusSearchSoon(openPayments: () => void): void {
  if (focusSearch()) return;
  openPayments();
  const { pathname } = window.location;
  const observer = new MutationObserver(() => {
    if (focusSearch() || window.location.pathname !== pathname) observer.disconnect();
  });
  observer.observe(document.body, { childList: true, subtree: true });
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement>('main input[type=search]');
  search?.focus();
  search?.select();
  return search !== null;
}

/** Focuses the link of the next or the previous row; the first one if no row has the focus. */
function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main .row-link')];
  const at = rows.findIndex((row) => row.matches(':focus'));
  rows[at === -1 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}
