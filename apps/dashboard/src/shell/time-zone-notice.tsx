import { useSyncExternalStore } from 'react';
import { useSearchParams } from 'wouter';
import {
  getChosenTimeZone,
  isBrowserZoneKnown,
  isTimeZone,
  subscribeToTimeZone,
} from '../format/time-zone.ts';
import { Banner } from '../ui/card.tsx';

/** Says why times are in UTC, when nobody has chosen that. */
export function TimeZoneNotice() {
  const [params] = useSearchParams();
  const chosen = useSyncExternalStore(subscribeToTimeZone, getChosenTimeZone);
  const zone = params.get('timeZone');
  if (zone !== null && !isTimeZone(zone))
    return (
      <Banner tone="waiting">
        This browser does not know the time zone “{zone.slice(0, 64)}” in the address. Times are in UTC.
        Choose another zone on the overview.
      </Banner>
    );
  if (zone !== null || chosen !== null || isBrowserZoneKnown) return null;
  return (
    <Banner tone="waiting">
      This browser does not report its time zone. Times are in UTC. Choose your zone on the overview.
    </Banner>
  );
}
