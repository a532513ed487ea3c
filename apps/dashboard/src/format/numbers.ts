import { isolate } from './bidi.ts';

const whole = new Intl.NumberFormat();
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const signedPercent = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});
const signed = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

export const formatCount = (count: number): string => isolate(whole.format(count));

/** `94.2` as `94.2%`. */
export const formatPercentage = (value: number): string => isolate(percent.format(value / 100));

/** `0.125` as `+12.5%`. */
export const formatChange = (ratio: number): string => isolate(signedPercent.format(ratio));

/** A difference in percentage points, such as `+1.2 pp`. */
export const formatPoints = (points: number): string => `${isolate(signed.format(points))} pp`;

/** `1 payment`, `2 payments`. */
export const plural = (count: number, singular: string, pluralForm = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : pluralForm}`;

const megabytes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** The size of a file: `12.4 MB`, `3 kB`. */
export const formatBytes = (bytes: number): string =>
  bytes < 1_000_000
    ? `${formatCount(Math.ceil(bytes / 1_000))} kB`
    : `${isolate(megabytes.format(bytes / 1_000_000))} MB`;
