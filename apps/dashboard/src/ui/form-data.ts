/** The text of a field, exactly as it was typed. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** The text of a field without surrounding spaces; undefined when nothing is left. */
export function optionalTextOf(form: FormData, name: string): string | undefined {
  return textOf(form, name).trim() || undefined;
}

/** Which of the `allowed` values were chosen in a select or in checkboxes. */
export function choicesOf<T extends string>(form: FormData, name: string, allowed: readonly T[]): T[] {
  const chosen = form.getAll(name);
  return allowed.filter((choice) => chosen.includes(choice));
}
