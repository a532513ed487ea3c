import { type ChangeEvent, type KeyboardEvent, useEffect, useEffectEvent, useState } from 'react';
import type { CalendarDate } from '../format/dates.ts';

/** How long somebody may pause while typing a date before it is taken for whole. */
const typingMs = 600;
/** No payment is older. */
const earliest = '1980-01-01';

/**
 * What a date input needs to tell dates, and not what they go through while they are typed: the years 0002, 0020 and 0202
 * on the way to 2026, or a day beyond `min` or `max`. Those beyond are taken when the input is left, or with Enter or
 * Escape. Null: it was emptied.
 */
function useDateInput(value: CalendarDate | null, onChange: (date: CalendarDate | null) => void) {
  const [draft, setDraft] = useState<{ text: string; isInRange: boolean } | null>(null);
  const take = () => {
    if (draft === null) return;
    setDraft(null);
    const next = draft.text || null;
    if (next !== value && (next === null || next >= earliest)) onChange(next);
  };
  const takeAfterPause = useEffectEvent(take);
  useEffect(() => {
    if (draft === null || !draft.isInRange) return;
    const timer = setTimeout(takeAfterPause, typingMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return {
    type: 'date',
    value: draft?.text ?? value ?? '',
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) =>
      setDraft({ text: target.value, isInRange: target.value >= earliest && target.validity.valid }),
    onBlur: take,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === 'Enter' || key === 'Escape') take();
    },
  };
}

/**
 * What the two inputs of a range need; an end that the other has passed follows it. `onChange` is told what changes, null
 * for an end that was emptied.
 */
export function useDateRangeInputs(
  { from, to }: { from: CalendarDate | null; to: CalendarDate | null },
  onChange: (changes: { from?: CalendarDate | null; to?: CalendarDate | null }) => void,
) {
  const first = useDateInput(from, (date) =>
    onChange({ from: date, ...(date !== null && to !== null && to < date && { to: date }) }),
  );
  const last = useDateInput(to, (date) =>
    onChange({ to: date, ...(date !== null && from !== null && date < from && { from: date }) }),
  );
  return { from: { ...first, max: to ?? undefined }, to: { ...last, min: from ?? undefined } };
}
