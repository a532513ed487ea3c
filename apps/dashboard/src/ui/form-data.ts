/** A field's text, without spaces around it for all but passwords, which the caller reads as they are. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Undefined for a field that was left empty. */
export function optionalTextOf(form: FormData, name: string): string | undefined {
  return textOf(form, name).trim() || undefined;
}

/** The choices of a select or of checkboxes: those of `allowed` that were made. */
export function choicesOf<T extends string>(form: FormData, name: string, allowed: readonly T[]): T[] {
  const given = form.getAll(name);
  return allowed.filter((choice) => given.includes(choice));
}
