import { browserTimeZone, timeZoneName, timeZones } from '../format/time-zone.ts';
import { Picker } from './picker.tsx';
import type { PickerItem } from './picker-props.ts';

/** A choice of a time zone by its name, its long name, or its distance from UTC. */
export function TimeZonePicker({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const groups = () => {
    const now = new Date();
    const first = [...new Set([value, browserTimeZone, 'UTC'])];
    const others = timeZones.filter((zone) => !first.includes(zone));
    return [
      { value: 'In use', items: first.map((zone) => itemOf(zone, now)) },
      { value: 'All time zones', items: others.map((zone) => itemOf(zone, now)) },
    ];
  };
  return (
    <Picker label="Time zone" text={timeZoneName(value)} value={value} groups={groups} onChange={onChange} />
  );
}

/** `GMT+9` becomes `UTC+9`. Offsets are those of now, since they change with the seasons. */
function itemOf(zone: string, now: Date): PickerItem {
  const name = (timeZoneName: 'shortOffset' | 'long') =>
    new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName })
      .formatToParts(now)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return {
    value: zone,
    label: timeZoneName(zone),
    detail: name('shortOffset').replace('GMT', 'UTC'),
    keywords: `${zone} ${name('long')}`,
  };
}
