SELECT paydeck_change_exponent(code, 0) FROM (VALUES
  ('AFN'), ('ALL'), ('COP'), ('HUF'), ('IDR'), ('IQD'), ('IRR'), ('KPW'),
  ('LAK'), ('LBP'), ('MGA'), ('MMK'), ('PKR'), ('SLL'), ('SOS'), ('SYP'),
  ('YER')
) AS before (code);
--> statement-breakpoint
DROP FUNCTION paydeck_change_exponent(text, integer);
--> statement-breakpoint
DROP FUNCTION paydeck_scale_payment(jsonb, numeric);
--> statement-breakpoint
DROP TABLE "currencies";
