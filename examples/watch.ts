// Prints the newest failed payments, then every change of a payment and every new figure, until Ctrl-C.
import { createClient, formatAmount } from '@paydeck/client';

const paydeck = createClient({ url: process.argv[2] ?? process.env.PAYDECK_URL ?? 'http://localhost:3000' });
await paydeck.signIn({ username: 'admin', password: 'admin123' });

const { total, items } = await paydeck.api.payments.list.query({
  filter: { status: ['failed'], search: 'ltd' },
  limit: 3,
});
console.log(`Failed payments with "ltd" in the receiver or description: ${total}. The newest:`);
for (const { createdAt, receiver, failureCode } of items) console.log(' ', createdAt, receiver, failureCode);

paydeck.api.payments.onChange.subscribe(
  {},
  {
    onData: ({ data }) => {
      if (data.type === 'reset') return;
      const { id, receiver, amountMinor, currency, status } = data.payment;
      console.log(data.type, id, receiver, formatAmount(amountMinor, currency), currency, status);
    },
  },
);

paydeck.api.stats.onUpdate.subscribe(
  { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
  {
    onData: ({ data: { stats } }) => {
      const { asOf, currency, totalRevenueMinor, totalTransactionsToday } = stats;
      const revenue = `${formatAmount(totalRevenueMinor, currency)} ${currency}`;
      console.log(
        `as of event ${asOf}: ${totalTransactionsToday} payments today, revenue of 30 days ${revenue}`,
      );
    },
  },
);
