/** The bytes of all pieces in a new piece. */
export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const decoder = new TextDecoder();

export const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);
