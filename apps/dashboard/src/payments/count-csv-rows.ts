const [quote, lineEnd] = [0x22, 0x0a];

/** Counts the rows of a CSV file below its header, piece by piece: a quoted field may hold line ends. */
export function csvRowCounter() {
  let isQuoted = false;
  let lines = 0;
  return {
    add: (chunk: Uint8Array) => {
      for (const byte of chunk) {
        if (byte === quote) isQuoted = !isQuoted;
        else if (byte === lineEnd && !isQuoted) lines += 1;
      }
    },
    rows: () => Math.max(0, lines - 1),
  };
}
