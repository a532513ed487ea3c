import type { PaymentMethod } from '@paydeck/contract/payments';
import { ascendingUniforms, type Random } from './random.ts';
import { busyness, findIncident, rhythms } from './rhythm.ts';

/** Short enough that a chart of a day has no visible steps. */
const slotMs = 15 * 60_000;

/** The time (ms since 1970) and the method of a payment, which are drawn first. */
export type Arrival = { at: number; method: PaymentMethod; isIncident: boolean };

/**
 * Exactly `count` arrivals in `[from, until)`, in chronological order, more of them where the rhythms are busy. Each
 * method has its share of the total, whatever the period. Memory use depends on the period, not on the count.
 */
export function* generateArrivals(
  random: Random,
  { seed, from, until, count }: { seed: number; from: number; until: number; count: number },
): Generator<Arrival, void> {
  const slots = layOutSlots(from, until);
  let slot = 0;
  let isIncident = incidentTest(seed, from);
  for (const uniform of ascendingUniforms(random, count)) {
    while (slot < slots.count - 1 && uniform >= (slots.ends[slot] ?? 1)) {
      slot += 1;
      isIncident = incidentTest(seed, from + slot * slotMs);
    }
    const start = slots.ends[slot - 1] ?? 0;
    const width = (slots.ends[slot] ?? 1) - start;
    const into = Math.min(Math.max((uniform - start) / width, 0), 1);
    const at = Math.min(Math.floor(from + (slot + into) * slotMs), until - 1);
    const method = drawMethod(random(), slots.shares, slot);
    yield { at, method, isIncident: isIncident(method) };
  }
}

/** Draws the method of a payment that is made at an instant (ms since 1970). */
export function drawMethodAt(random: Random, at: number): PaymentMethod {
  const slots = layOutSlots(at, at + slotMs);
  return drawMethod(random(), slots.shares, 0);
}

type Slots = {
  count: number;
  /** For each slot, the share of all payments that are made before its end. */
  ends: Float64Array;
  /** For each method, its share of the payments in each slot. */
  shares: readonly Float64Array[];
};

function layOutSlots(from: number, until: number): Slots {
  const count = Math.max(1, Math.ceil((until - from) / slotMs));
  const ends = new Float64Array(count);
  const shares = rhythms.map((rhythm) => {
    const weights = Float64Array.from({ length: count }, (_, slot) =>
      busyness(rhythm, from + (slot + 0.5) * slotMs),
    );
    const factor = rhythm.share / weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight * factor);
  });
  let end = 0;
  for (let slot = 0; slot < count; slot += 1) {
    const total = shares.reduce((sum, methodShares) => sum + (methodShares[slot] ?? 0), 0);
    for (const methodShares of shares) methodShares[slot] = (methodShares[slot] ?? 0) / total;
    end += total;
    ends[slot] = end;
  }
  return { count, ends, shares };
}

function drawMethod(uniform: number, shares: readonly Float64Array[], slot: number): PaymentMethod {
  let rest = uniform;
  for (const [index, rhythm] of rhythms.entries()) {
    rest -= shares[index]?.[slot] ?? 0;
    if (rest < 0) return rhythm.method;
  }
  return rhythms[0].method;
}

function incidentTest(seed: number, at: number): (method: PaymentMethod) => boolean {
  const affected = findIncident(seed, at);
  return (method) => method === affected;
}
