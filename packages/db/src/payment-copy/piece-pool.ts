/** Sent one by one, rows would cost a system call or a turn of gzip's thread each. */
export const pieceBytes = 64 * 1024;

/** Buffers of `pieceBytes` that are used again. */
export type PiecePool = {
  take(): Buffer<ArrayBuffer>;
  /** Accepts any chunk, and keeps its memory if the pool made it. Nothing may read the chunk afterwards. */
  give(chunk: Buffer): void;
};

/**
 * A file of 100 MB passes through some 2,000 pieces. If each was new memory, V8 would look for garbage in its whole heap every
 * 10 MB, which took a third of an export's time in the process and made other calls wait (adr/0021).
 */
export function createPiecePool(): PiecePool {
  const made = new WeakSet<ArrayBufferLike>();
  const free: Buffer<ArrayBuffer>[] = [];
  return {
    take: () => {
      const piece = free.pop() ?? Buffer.from(new ArrayBuffer(pieceBytes));
      made.add(piece.buffer);
      return piece;
    },
    give: ({ buffer }) => {
      if (buffer instanceof ArrayBuffer && made.delete(buffer)) free.push(Buffer.from(buffer));
    },
  };
}
