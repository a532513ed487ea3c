import { useEffect, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { isTimeZone, keepTimeZone } from '../format/time-zone.ts';

/**
 * Keeps the time zone of the address for all views. Keeps the settings of the overview, so that its link leads back to the
 * same range and currency. Returns the query string of the overview's link.
 */
export function useKeptSettings(): string {
  const [location] = useLocation();
  const [params] = useSearchParams();
  const [overview, setOverview] = useState('');
  const current = params.toString();
  if (location === '/' && overview !== current) setOverview(current);
  const zone = params.get('timeZone');
  useEffect(() => {
    if (zone !== null && isTimeZone(zone)) keepTimeZone(zone);
  }, [zone]);
  return withZone(overview, zone);
}

/** The overview's settings in the zone of the view that is shown now. */
function withZone(search: string, zone: string | null): string {
  const settings = new URLSearchParams(search);
  if (zone !== null && settings.has('timeZone')) settings.set('timeZone', zone);
  const text = settings.toString();
  return text === '' ? '' : `?${text}`;
}
