create index payments_created_at_idx on payments (created_at desc);
create index payments_status_created_at_idx on payments (status, created_at desc);
create index payments_method_created_at_idx on payments (method, created_at desc);
