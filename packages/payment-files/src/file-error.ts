/** A file that can't be read as payments: what must hold, and what to do. */
export class FileError extends Error {
  override readonly name = 'FileError';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}
