import type { PaymentMethod } from './demo-payment.ts';
import { ascendingUniforms, type Random } from './random.ts';
import { busyness, findIncident, rhythms } from './rhythm.ts';

/** Short enough that a day has no visible steps. */
const slotMs = 15 * 60_000;

/** When a payment is made and how, before anything else of it is known. `at` is in ms since 1970. */
export type Arrival = { at: number; method: PaymentMethod; isIncident: boolean };

/**
 * Exactly `count` arrivals in `[from, until)`, in chronological order, dense where the rhythms of the methods are
 * busy. Each method has its share of the whole, whatever the period. The memory grows with the period only.
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

/** The method of a payment that is made at `at`. */
export function drawMethodAt(random: Random, at: number): PaymentMethod {
  const slots = layOutSlots(at, at + slotMs);
  return drawMethod(random(), slots.shares, 0);
}

type Slots = {
  count: number;
  /** The part of all payments that is made up to the end of each slot. */
  ends: Float64Array;
  /** For each slot, the part of its payments that each method has. */
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
    const total = shares.reduce((sum, ofMethod) => sum + (ofMethod[slot] ?? 0), 0);
    for (const ofMethod of shares) ofMethod[slot] = (ofMethod[slot] ?? 0) / total;
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
