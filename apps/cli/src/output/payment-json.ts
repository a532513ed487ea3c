import { toMajorUnits } from '@paydeck/contract/money';

/**
 * A payment as every command prints it with `--json`: the shape of the export as JSON Lines and of the REST API, with `amount`
 * as a number of major units. JSON writes it as the exact decimal. Tested by payment-shape.test.ts.
 */
export function paymentJson<T extends { id: string; amountMinor: number; currency: string }>({
  id,
  amountMinor,
  ...fields
}: T) {
  return { id, amount: toMajorUnits(amountMinor, fields.currency), ...fields };
}
