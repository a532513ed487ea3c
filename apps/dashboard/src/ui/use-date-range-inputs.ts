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
export function useDateInput(value: CalendarDate | null, onChange: (date: CalendarDate | null) => void) {
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
