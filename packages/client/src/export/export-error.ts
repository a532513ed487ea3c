/** An export that was refused, or that did not come whole. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  /** The HTTP status of a refusal; null when the server was not reached or the file was cut. */
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}
