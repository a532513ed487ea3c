import type { PaymentMethod } from '@paydeck/contract/payments';
import type { Price } from './amounts.ts';
import type { Sector } from './company-names.ts';
import { drawInteger, drawItem, type NonEmpty, type Random } from './random.ts';

/** The purpose of a payment: its description, a price that fits, and the kind of receiver. */
export type Occasion = Price & {
  weight: number;
  receiver: Sector | 'person';
  /** How often the receiver is a person instead, from 0 to 1. */
  personShare?: number;
  describe(random: Random, at: Date): string | undefined;
};

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const monthOf = (at: Date) => `${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
const drawNumber = (random: Random, digits: number) =>
  String(drawInteger(random, 1, 10 ** digits - 1)).padStart(digits, '0');
const drawOneOf =
  (...texts: NonEmpty<string>) =>
  (random: Random) =>
    drawItem(random, texts);
const noDescription = () => undefined;

const describeOrder = (random: Random) => `Order #${drawInteger(random, 100_000, 999_999)}`;

function describeInvoice(random: Random, at: Date): string {
  const number = drawNumber(random, 6);
  const year = at.getUTCFullYear();
  const draw = random();
  if (draw < 0.62) return `Invoice INV-${year}-${number}`;
  if (draw < 0.74) return `Rechnung RE-${year}-${number}`;
  if (draw < 0.84) return `Facture n° F${year}-${number}`;
  if (draw < 0.92) return `Factura ${year}/${number}`;
  return `請求書 No. ${year}-${number}`;
}

const subscription = (plan: string, typicalUsd: number, weight: number): Occasion => ({
  weight,
  typicalUsd,
  spread: 0,
  receiver: 'software',
  describe: (_, at) => `Subscription: ${plan}, ${monthOf(at)}`,
});

const groceries = drawOneOf('Groceries', 'Weekly shop', 'Bakery', 'Farmers’ market', 'スーパー お買い物');
const goingOut = drawOneOf(
  'Café au lait & croissants',
  'Lunch menu ×2',
  'Dinner for four',
  'Ramen 拉麺',
  'Tapas y vino',
  'Espresso bar',
);
const travel = drawOneOf(
  'Train Zürich – Milano',
  'Flight GRU → LIS',
  'Hotel, 2 nights',
  'Car rental, 3 days',
  'Ferry Turku–Stockholm',
);
const shopping = drawOneOf(
  'Running shoes, size 42',
  'Headphones',
  'Books (3)',
  "Children's clothes",
  'Garden tools',
);
const consulting = drawOneOf(
  'Consulting, phase 2',
  'Translation EN → 日本語',
  'Design work, 50 % down payment',
);

/** The purposes of payments by method, weighted by how often they occur. */
export const occasions: Readonly<Record<PaymentMethod, NonEmpty<Occasion>>> = {
  credit_card: [
    {
      weight: 32,
      typicalUsd: 46,
      spread: 0.9,
      receiver: 'retail',
      personShare: 0.05,
      describe: describeOrder,
    },
    subscription('Basic plan', 9.99, 8),
    subscription('Pro plan', 29, 8),
    subscription('Team plan', 99, 3),
    { weight: 12, typicalUsd: 38, spread: 0.7, receiver: 'food', describe: groceries },
    { weight: 9, typicalUsd: 27, spread: 0.7, receiver: 'food', describe: goingOut },
    { weight: 5, typicalUsd: 240, spread: 0.7, receiver: 'transport', describe: travel },
    { weight: 7, typicalUsd: 62, spread: 0.7, receiver: 'retail', describe: shopping },
    {
      weight: 6,
      typicalUsd: 180,
      spread: 0.8,
      receiver: 'business',
      personShare: 0.2,
      describe: describeInvoice,
    },
    { weight: 10, typicalUsd: 34, spread: 1, receiver: 'retail', personShare: 0.4, describe: noDescription },
  ],
  bank_transfer: [
    {
      weight: 50,
      typicalUsd: 1450,
      spread: 1.15,
      receiver: 'business',
      personShare: 0.1,
      describe: describeInvoice,
    },
    {
      weight: 12,
      typicalUsd: 5200,
      spread: 1.1,
      receiver: 'business',
      describe: (random) => `Purchase order 45${drawNumber(random, 8)}`,
    },
    {
      weight: 14,
      typicalUsd: 3300,
      spread: 0.35,
      receiver: 'person',
      describe: (_, at) => `Salary ${monthOf(at)}`,
    },
    {
      weight: 9,
      typicalUsd: 1350,
      spread: 0.35,
      receiver: 'property',
      personShare: 0.6,
      describe: (_, at) => `Rent ${monthOf(at)}`,
    },
    {
      weight: 6,
      typicalUsd: 2100,
      spread: 0.8,
      receiver: 'business',
      personShare: 0.6,
      describe: consulting,
    },
    {
      weight: 9,
      typicalUsd: 420,
      spread: 1.2,
      receiver: 'business',
      personShare: 0.5,
      describe: noDescription,
    },
  ],
  digital_wallet: [
    { weight: 26, typicalUsd: 33, spread: 0.8, receiver: 'retail', describe: describeOrder },
    {
      weight: 20,
      typicalUsd: 18,
      spread: 0.6,
      receiver: 'person',
      describe: drawOneOf(
        'Dinner, my share',
        'Merci pour hier !',
        '聚餐 AA',
        'Geschenk für Zoë',
        'Cinema tickets 🎬',
      ),
    },
    {
      weight: 20,
      typicalUsd: 11,
      spread: 0.6,
      receiver: 'transport',
      describe: drawOneOf('Taxi', 'Scooter ride', 'Parking', 'Metro ticket', 'Bus 42', '交通費'),
    },
    subscription('Family plan', 10.99, 9),
    {
      weight: 10,
      typicalUsd: 20,
      spread: 0,
      receiver: 'retail',
      describe: drawOneOf('Phone top-up', 'Gift card'),
    },
    {
      weight: 15,
      typicalUsd: 22,
      spread: 0.8,
      receiver: 'retail',
      personShare: 0.7,
      describe: noDescription,
    },
  ],
};
