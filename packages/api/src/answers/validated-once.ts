import type { z } from 'zod';

/**
 * The output parser of a procedure whose answers are shared: it validates each answer once. Every caller gets the same object,
 * so the server encodes it once too.
 */
export function validatedOnce<T extends z.ZodObject>(schema: T): (answer: unknown) => z.output<T> {
  const validated = new WeakMap<object, z.output<T>>();
  return (answer) => {
    if (typeof answer !== 'object' || answer === null) return schema.parse(answer);
    const known = validated.get(answer) ?? schema.parse(answer);
    validated.set(answer, known);
    return known;
  };
}
