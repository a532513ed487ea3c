import { AppError } from '@paydeck/api/errors';
import { paymentFilter } from '@paydeck/api/payments-schema';
import { z } from 'zod';

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(',')));

const query = z.strictObject({
  status: list.optional(),
  method: list.optional(),
  currency: z.string().optional(),
  startDate: z.string().optional(),
  endDate: z.string().optional(),
  search: z.string().optional(),
});

/**
 * The one filter from the specification's query: `status`, `method` (also several, with commas), `currency`,
 * `startDate`, `endDate` (a bare date holds that whole UTC day), `search`. Reason: `invalid_input`.
 */
export function filterFromQuery(parameters: unknown): z.output<typeof paymentFilter> {
  const { startDate, endDate, ...rest } = parse(query, parameters);
  return parse(paymentFilter, {
    ...rest,
    from: startDate,
    to: endDate === undefined ? undefined : endOf(endDate),
  });
}

const endOf = (endDate: string): string => {
  if (!z.iso.date().safeParse(endDate).success) return endDate;
  return new Date(Date.parse(endDate) + 86_400_000).toISOString();
};

const parameterNames: Record<string, string> = { from: 'startDate', to: 'endDate' };

function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => {
    const [name = '', ...rest] = path.map(String);
    return { path: [parameterNames[name] ?? name, ...rest].join('.'), message };
  });
  throw new AppError('invalid_input', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    issues,
  });
}
