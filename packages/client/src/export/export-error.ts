/** An export that the server refused, or a file that did not arrive completely. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: 'refused' | 'unreachable' | 'cut';
  /** The HTTP status of a refusal; otherwise null. */
  readonly status: number | null;

  constructor(
    message: string,
    {
      failure,
      status = null,
      cause,
    }: { failure: ExportError['failure']; status?: number | null; cause?: unknown },
  ) {
    super(message, { cause });
    this.failure = failure;
    this.status = status;
  }
}
