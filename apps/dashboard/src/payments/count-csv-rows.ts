const [quote, lineEnd] = [0x22, 0x0a];

/** Counts the rows of a CSV file without its header, chunk by chunk. A line end inside quotes does not end a row. */
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
