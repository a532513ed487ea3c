import type { PaymentMethod } from '@paydeck/contract/payments';
import { type NonEmpty, seededRandom } from './random.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

type Rhythm = {
  method: PaymentMethod;
  /** The share of all payments in a history. */
  share: number;
  /** How busy each full hour is, in UTC; in between, it is interpolated. */
  hours: readonly number[];
  /** The factor of each weekday, Sunday first. */
  weekdays: readonly number[];
  /** The factor of the days around the end of a month. */
  monthEnd: number;
};

/** How the payments of each method are spread over a day, a week and a month. */
export const rhythms: NonEmpty<Rhythm> = [
  {
    method: 'credit_card',
    share: 0.65,
    hours: [
      18, 12, 9, 8, 9, 14, 28, 45, 62, 74, 84, 102, 128, 116, 90, 82, 86, 102, 126, 136, 120, 90, 60, 34,
    ],
    weekdays: [0.66, 0.97, 0.95, 0.98, 1.05, 1.16, 0.8],
    monthEnd: 1,
  },
  {
    method: 'bank_transfer',
    share: 0.28,
    hours: [6, 4, 3, 3, 4, 8, 22, 52, 96, 124, 130, 118, 88, 104, 120, 112, 88, 58, 38, 28, 22, 18, 13, 9],
    weekdays: [0.14, 1.14, 1.04, 1, 1.02, 1.1, 0.2],
    monthEnd: 2.4,
  },
  {
    method: 'digital_wallet',
    share: 0.07,
    hours: [
      30, 18, 12, 9, 8, 10, 20, 38, 52, 60, 68, 88, 112, 98, 80, 78, 88, 108, 132, 150, 148, 122, 86, 54,
    ],
    weekdays: [0.82, 0.92, 0.92, 0.96, 1.04, 1.18, 0.9],
    monthEnd: 1,
  },
];

const growthPerYear = 1.5;

/** How busy a method is at an instant (ms since 1970). Only the ratio to other instants has a meaning. */
export function busyness(rhythm: Rhythm, at: number): number {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const intoHour = (at % hourMs) / hourMs;
  const daily = (rhythm.hours[hour] ?? 0) * (1 - intoHour) + (rhythm.hours[(hour + 1) % 24] ?? 0) * intoHour;
  const weekly = rhythm.weekdays[date.getUTCDay()] ?? 1;
  const growth = growthPerYear ** (at / (365 * dayMs));
  return daily * weekly * growth * (isMonthEnd(at) ? rhythm.monthEnd : 1);
}

/** The last two days of a month and the first of the next, when salaries, rents and invoices are paid. */
function isMonthEnd(at: number): boolean {
  return new Date(at + 2 * dayMs).getUTCDate() <= 3;
}

/** The method that has an incident in the hour of this instant (ms since 1970). About one daytime hour a month has one. */
export function findIncident(seed: number, at: number): PaymentMethod | undefined {
  const hour = Math.floor(at / hourMs);
  const random = seededRandom(seed, hour);
  if (random() >= 1 / 400) return undefined;
  const isByDay = hour % 24 >= 8 && hour % 24 < 21;
  if (!isByDay) return undefined;
  const draw = random();
  return draw < 0.6 ? 'credit_card' : draw < 0.85 ? 'digital_wallet' : 'bank_transfer';
}
