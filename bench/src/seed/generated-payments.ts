/** The parts that texts of generated payments are made of. */
const firstNames =
  'Jane Omar Wei Lucía Anna Tariq Sofia Mateusz Priya Björn Grace Kofi Ines Pavel Aiko Nora Diego Zeynep Liam Fatima Hugo Chidi Elena Arjun Marta Yusuf Freya Jonas Leila Bruno';
const lastNames =
  'Smith Okafor Chen García Kowalska Rahman Rossi Novák Patel Berg Johnson Nguyen Weber Dubois Tanaka Silva Haddad Larsen Murphy Petrov Costa Kaya Fischer Mensah Ibrahim Moreau Lindqvist Sato Jansen Romero';
const companies =
  'Acme Ltd,Northwind Traders,Globex GmbH,Initech Inc,Umbrella Foods,Stark Supplies,Wayne Logistics,Blue Harbor Coffee,Contoso Energy,Fabrikam Print';
const occasions =
  'Invoice,Order,Subscription,Online purchase,Refund correction,Monthly rent,Consulting,Delivery,Course fee,Donation,Insurance,Repair,Ticket,Membership,Deposit';
const failures = 'card_declined,insufficient_funds,expired_card,processing_error';

const list = (text: string, separator: string) =>
  `array[${text
    .split(separator)
    .map((part) => `'${part}'`)
    .join(', ')}]`;

/** A number from 0 to 2^31 - 1 that depends on the payment's number and the salt only. */
const dice = (salt: number) => `(hashint8extended(n, ${salt}) & 2147483647)`;
const pick = (array: string, salt: number) => `(${array})[1 + ${dice(salt)} % cardinality(${array})]`;

export type Range = { first: number; last: number };

/**
 * The SQL of generated payments, oldest first: payments `first` to `last` of `rows` in total, spread over the year before
 * `endsAt` (an ISO time). Each value depends on the payment's number only, so that all databases get the same ones.
 *
 * 88% of the payments succeeded, 6% failed and 6% are pending. One in 400 was made with `digital_wallet`, which is the rare
 * method. There are three currencies and about 900 receivers.
 *
 * The columns are those of `generatedColumns`. `id` is a UUIDv7 of `created_at`, and needs PostgreSQL 18.
 */
export function generatedPayments(rows: number, { first, last }: Range, endsAt: string): string {
  return `
    select uuidv7(created_at - clock_timestamp()) as id, amount_minor, currency, method, status, receiver,
           occasion || ' ' || n as description,
           case when status = 'failed' then ${pick(list(failures, ','), 9)} end as failure_code, created_at
    from (
      select n,
             100 + (exp(${dice(1)} / 2147483648.0 * 6) * 500)::bigint as amount_minor,
             (array['USD', 'EUR', 'GBP'])[1 + ${dice(2)} % 3] as currency,
             case when ${dice(3)} % 400 = 0 then 'digital_wallet'
                  when ${dice(3)} % 10 < 7 then 'credit_card' else 'bank_transfer' end as method,
             case when ${dice(4)} % 100 < 88 then 'success'
                  when ${dice(4)} % 100 < 94 then 'failed' else 'pending' end as status,
             case when ${dice(5)} % 4 = 0 then ${pick(list(companies, ','), 6)}
                  else ${pick(list(firstNames, ' '), 6)} || ' ' || ${pick(list(lastNames, ' '), 7)} end as receiver,
             ${pick(list(occasions, ','), 8)} as occasion,
             date_trunc('milliseconds', timestamptz '${endsAt}' - interval '365 days' * (1 - n / ${rows}::float8)) as created_at
      from generate_series(${first}::bigint, ${last}::bigint) as n
    ) generated`;
}

export const generatedColumns =
  'id, amount_minor, currency, method, status, receiver, description, failure_code, created_at';
