// Signs in, prints the numbers, then every payment and every new number as it comes. Ctrl-C ends it.
import { createClient, formatAmount } from '@paydeck/client';

const paydeck = createClient({ url: process.argv[2] ?? 'http://localhost:3000' });
await paydeck.signIn({ username: 'admin', password: 'admin123' });

const failed = { status: ['failed' as const], search: 'ltd' };
const { total, items } = await paydeck.api.payments.list.query({ filter: failed, limit: 3 });
console.log(`${total} failed payments to or for an "ltd", the latest:`);
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
    onData: ({ data: { stats } }) =>
      console.log(
        `as of event ${stats.asOf}: ${stats.totalTransactionsToday} payments today, revenue of 30 days`,
        `${formatAmount(stats.totalRevenueMinor, stats.currency)} ${stats.currency}, ${stats.failedTransactions} failed, ${stats.successRate} % succeed`,
      ),
  },
);
