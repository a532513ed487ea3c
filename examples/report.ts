// Prints the revenue of the last 30 days and the newest pending payments. It signs in with an API key:
// PAYDECK_API_KEY=pdk_… npx -y pnpm@12 exec node examples/report.ts
import { createClient, formatAmount } from '@paydeck/client';

const { PAYDECK_URL: url = 'http://localhost:3000', PAYDECK_API_KEY: apiKey } = process.env;
await using paydeck = createClient({ url, apiKey });

const { totalRevenueMinor, currency, successRate } = await paydeck.api.stats.dashboard.query({});
console.log(`30 days: ${formatAmount(totalRevenueMinor, currency)} ${currency}, ${successRate} % succeed`);

const { items, total } = await paydeck.api.payments.list.query({
  filter: { status: ['pending'] },
  limit: 100,
});
console.log(`Pending payments: ${total}. The newest:`);
for (const { id, receiver, createdAt } of items) console.log(' ', createdAt.toISOString(), id, receiver);
