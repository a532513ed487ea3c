import type { Page } from 'playwright-core';
import { z } from 'zod';

/** The texts of the overview at one moment. Figures are null while they are loading. */
export const overviewState = z.object({
  heading: z.string(),
  position: z.string().nullable(),
  readAt: z.coerce.date().nullable(),
  range: z.string(),
  rangeName: z.string(),
  covers: z.string(),
  tiles: z.record(z.string(), z.string().nullable()),
  /** The revenue of each day, the latest first, as the table beside the chart shows it. */
  days: z.array(z.string()),
  failureCounts: z.array(z.string()),
  methodCounts: z.array(z.string()),
});

export const readOverview = `() => {
  const text = (selector, within = document) => within.querySelector(selector)?.textContent ?? null;
  const time = document.querySelector('.view-title time');
  const range = document.querySelector('[aria-label="Range"]');
  const tiles = [...document.querySelectorAll('.tile')];
  const failures = [...document.querySelectorAll('section.card')].find((card) => text('h2', card) === 'Failures');
  return {
    heading: text('.view-title p') ?? '',
    position: time?.title ?? null,
    readAt: time?.dateTime ?? null,
    range: range?.value ?? '',
    rangeName: range?.selectedOptions[0].textContent ?? '',
    covers: text('.tile-covers') ?? '',
    tiles: Object.fromEntries(tiles.map((tile) => [text('dt', tile), text('.tile-figure', tile) || null])),
    days: [...document.querySelectorAll('[aria-label="Revenue by day"] tbody tr')]
      .map((row) => row.textContent.match(/\\$[\\d.,]+/)[0]),
    failureCounts: [...(failures?.querySelectorAll('tbody td:nth-child(3)') ?? [])].map((cell) => cell.textContent),
    methodCounts: [...document.querySelectorAll('.split-count')].map((count) => count.textContent),
  };
}`;

/** The texts of the list of payments at one moment. */
export const listState = z.object({
  heading: z.string(),
  position: z.string().nullable(),
  readAt: z.coerce.date().nullable(),
  address: z.string(),
  statusFilter: z.string(),
  search: z.string(),
  /** `2 new payments`: entered, and not shown while someone is reading. */
  unseen: z.string(),
  rows: z.array(z.object({ id: z.string(), receiver: z.string(), status: z.string(), amount: z.string() })),
});

export const readList = `() => {
  const text = (selector, within = document) => within.querySelector(selector)?.textContent ?? null;
  const time = document.querySelector('.view-title time');
  const filters = [...document.querySelectorAll('.filter-words')].map((words) => words.textContent);
  return {
    heading: text('.view-title p') ?? '',
    position: time?.title ?? null,
    readAt: time?.dateTime ?? null,
    address: location.search,
    statusFilter: filters.find((words) => words.startsWith('Status')) ?? '',
    search: document.querySelector('input[type="search"]')?.value ?? '',
    unseen: text('.new-place') ?? '',
    rows: [...document.querySelectorAll('tr[data-payment]')].map((row) => ({
      id: row.dataset.payment,
      receiver: text('.row-link', row),
      status: row.dataset.status,
      amount: text('.amount', row),
    })),
  };
}`;

/**
 * Keeps every state that the page shows from now on: one look after each change of the document. `take` looks once more, and
 * returns all states since it was last called. It throws if the page was reloaded in between.
 */
export async function watchStates<T>(page: Page, { read, state }: { read: string; state: z.ZodType<T> }) {
  await page.evaluate(`{
    const read = ${read};
    const states = [];
    let last = '';
    const look = () => {
      const next = JSON.stringify(read());
      if (next !== last) states.push(JSON.parse(next));
      last = next;
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
    window.takeStates = () => {
      look();
      return states.length === 0 ? [JSON.parse(last)] : states.splice(0);
    };
  }`);
  return {
    /** The states since the last call, oldest first. The last of them is the present one. */
    take: async (): Promise<T[]> => z.array(state).parse(await page.evaluate('window.takeStates()')),
  };
}
