// Records a payment, then settles it. Watch it arrive in the other terminal.
import { createClient, formatAmount } from '@paydeck/client';

await using paydeck = createClient({ url: process.argv[2] ?? 'http://localhost:3000' });
await paydeck.signIn({ username: 'admin', password: 'admin123' });

const { id } = await paydeck.api.payments.create.mutate({
  amountMinor: 4_990,
  method: 'credit_card',
  receiver: 'Corner Bookshop',
  description: 'Order 1042',
});
const settled = await paydeck.api.payments.update.mutate({ id, status: 'success' });
const { receiver, amountMinor, currency, status } = settled;
console.log(`${receiver}: ${formatAmount(amountMinor, currency)} ${currency}, ${status}`);
