create table payments (
  id uuid primary key default gen_random_uuid(),
  amount_minor bigint not null,
  currency text not null,
  method text not null,
  status text not null,
  receiver text not null,
  description text,
  failure_code text,
  created_at timestamptz not null default now()
);
