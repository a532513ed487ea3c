/** A failure that the user can do something about: its message is the one line that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(whatHappened: string, whatToDo: string, options?: ErrorOptions) {
    super(`${whatHappened} ${whatToDo}`, options);
  }
}
