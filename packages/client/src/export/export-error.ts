/** An export that was refused, or that did not come whole. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
  readonly failure: 'refused' | 'unreachable' | 'cut';
  /** The HTTP status of a refusal. */
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
