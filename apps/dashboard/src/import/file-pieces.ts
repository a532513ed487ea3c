import { FileError } from '@paydeck/payment-files/read-payments';

/** A few hundred rows. The page handles events between two pieces, so it stays responsive. */
const pieceBytes = 65_536;

/** The bytes of a chosen file. `onBytes` gets how many have been read. Ends when the signal aborts. */
export async function* piecesOf(
  file: File,
  { signal, onBytes }: { signal: AbortSignal; onBytes?: (bytes: number) => void },
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size && !signal.aborted; at += pieceBytes) {
    const piece = await bytesOf(file.slice(at, at + pieceBytes));
    onBytes?.(at + piece.length);
    yield piece;
  }
}

async function bytesOf(piece: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await piece.arrayBuffer());
  } catch {
    // Browsers refuse to read a file that changed after it was chosen.
    throw new FileError('The file can’t be read: it was changed, moved or deleted.', 'Choose it again.');
  }
}
