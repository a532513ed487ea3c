// Records a payment, then settles it. Run watch.ts in another terminal to see both events.
import { createClient, formatAmount } from '@paydeck/client';

await using paydeck = createClient({
  url: process.argv[2] ?? process.env.PAYDECK_URL ?? 'http://localhost:3000',
});
await paydeck.signIn({ username: 'admin', password: 'admin123' });

// Without a currency, the payment is in the server's default currency. 4990 minor units of USD are 49.90.
const { id } = await paydeck.api.payments.create.mutate({
  amountMinor: 4_990,
  method: 'credit_card',
  receiver: 'Corner Bookshop',
  description: 'Order 1042',
});

const settled = await paydeck.api.payments.update.mutate({ id, status: 'success' });
const { receiver, amountMinor, currency, status } = settled;
console.log(`${receiver}: ${formatAmount(amountMinor, currency)} ${currency}, ${status}`);
