import { type ChangeEvent, type KeyboardEvent, useEffect, useEffectEvent, useState } from 'react';
import type { CalendarDate } from '../format/dates.ts';

/** A typed date counts as complete after a pause of this length. */
const typingMs = 600;
/** No payment is older than this. */
const earliest = '1980-01-01';

/**
 * The props of a date input that reports complete dates only. While a year is typed, the input holds other dates: 0002,
 * 0020 and 0202 on the way to 2026. A date between `min` and `max` is reported after a pause in typing. Any other
 * from 1980 on is reported when the input loses focus, or on Enter or Escape. An emptied input reports null.
 */
function useDateInput(value: CalendarDate | null, onChange: (date: CalendarDate | null) => void) {
  const [draft, setDraft] = useState<{ text: string; isInRange: boolean } | null>(null);
  const report = () => {
    if (draft === null) return;
    setDraft(null);
    const next = draft.text || null;
    if (next !== value && (next === null || next >= earliest)) onChange(next);
  };
  const reportAfterPause = useEffectEvent(report);
  useEffect(() => {
    if (draft === null || !draft.isInRange) return;
    const timer = setTimeout(reportAfterPause, typingMs);
    return () => clearTimeout(timer);
  }, [draft]);
  const input = {
    type: 'date',
    value: draft?.text ?? value ?? '',
    onChange: ({ target }: ChangeEvent<HTMLInputElement>) =>
      setDraft({ text: target.value, isInRange: target.value >= earliest && target.validity.valid }),
    onBlur: report,
    onKeyDown: ({ key }: KeyboardEvent) => {
      if (key === 'Enter' || key === 'Escape') report();
    },
  };
  return { input, isOpen: draft !== null && !draft.isInRange && draft.text >= earliest };
}

/**
 * The props of the two inputs of a range. When one date passes the other, the other follows. `onChange` gets only the
 * dates that change, and null for an emptied input. `hint` says that a date waits for Enter, because it passes the other one.
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
  return {
    from: { ...first.input, max: to ?? undefined },
    to: { ...last.input, min: from ?? undefined },
    hint: first.isOpen || last.isOpen ? 'Press Enter to use this date.' : null,
  };
}
