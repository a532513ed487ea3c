import { invalidUtf8At } from '@paydeck/contract/utf8';
import { FileError } from '../file-error.ts';

/** The encodings that a file may have, by the names that people use. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-15'] as const;
export type Encoding = (typeof encodings)[number];

const lineFeed = 0x0a;

/** The first bytes of files that people mistake for tables: ZIP (XLSX, ODS), the older XLS, gzip, PDF. */
const otherFiles = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
  [0x1f, 0x8b],
  [0x25, 0x50, 0x44, 0x46],
];

/**
 * The text of a file in pieces. A byte order mark names the encoding, and is removed. Without one, the file is UTF-8 unless
 * `encoding` says something else: nothing is guessed. Throws `FileError` at the first byte that the encoding doesn't have,
 * with its line and its place.
 */
export async function* decodeFile(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding | undefined,
): AsyncGenerator<string> {
  let decoder: ReturnType<typeof createDecoder> | null = null;
  let start: Uint8Array = new Uint8Array();
  for await (const piece of pieces) {
    if (decoder !== null) {
      yield decoder.decode(piece);
      continue;
    }
    start = concat(start, piece);
    if (start.length < 4) continue;
    decoder = createDecoder(encodingOf(start, encoding));
    yield decoder.decode(start);
  }
  decoder ??= createDecoder(encodingOf(start, encoding), start);
  yield decoder.end();
}

/** The encoding of a file that begins with these bytes. Throws `FileError` for UTF-16 without a mark, and for UTF-32. */
function encodingOf(start: Uint8Array, named: Encoding | undefined): Encoding {
  const [a, b, c, d] = start;
  if (otherFiles.some((bytes) => bytes.every((byte, n) => start[n] === byte)))
    throw new FileError(
      'The file must be CSV or JSON Lines, but it is a spreadsheet, an archive or a PDF.',
      'Open it, and save or export it as CSV.',
    );
  if (a === 0xff && b === 0xfe && c === 0 && d === 0)
    throw new FileError('The file must not be UTF-32.', 'Save it as UTF-8.');
  const marked = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
  if (marked !== undefined) return marked;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (named !== undefined) return named;
  if (a === 0 || b === 0)
    throw new FileError(
      'The file must be UTF-8, but it looks like UTF-16 without a byte order mark.',
      `Name its encoding: ${a === 0 ? 'utf-16be' : 'utf-16le'}; or save it as UTF-8.`,
    );
  return 'utf-8';
}

function createDecoder(encoding: Encoding, pending: Uint8Array = new Uint8Array()) {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let [bytes, lines] = [0, 1];
  /** The last bytes of the piece before: a character that is cut there is part of an error message about it. */
  let tail: Uint8Array = new Uint8Array();
  const run = (piece: Uint8Array, stream: boolean): string => {
    try {
      const text = decoder.decode(piece, { stream });
      if (isSingleByte(encoding)) {
        const at = text.search(unassigned);
        if (at !== -1) throw unassignedByte(encoding, piece, { at, bytes, lines });
      }
      for (let at = piece.indexOf(lineFeed); at !== -1; at = piece.indexOf(lineFeed, at + 1)) lines += 1;
      bytes += piece.length;
      tail = concat(tail, piece).slice(-3);
      return text;
    } catch (error) {
      if (error instanceof FileError) throw error;
      throw refusal(encoding, { piece: concat(tail, piece), before: bytes - tail.length, lines });
    }
  };
  return {
    decode: (piece: Uint8Array) => run(piece, true),
    end: () => run(pending, false),
  };
}

const isSingleByte = (encoding: Encoding) => encoding === 'windows-1252' || encoding === 'iso-8859-15';

/**
 * Control characters for which these encodings have bytes that no text has: the decoder makes them of bytes without a letter. In
 * a file of another encoding, such as DOS code page 850, they are letters.
 */
const unassigned = /[\u0080-\u009f]/;

function unassignedByte(
  encoding: Encoding,
  piece: Uint8Array,
  { at, bytes, lines }: { at: number; bytes: number; lines: number },
): FileError {
  const line = lines + piece.subarray(0, at).filter((byte) => byte === lineFeed).length;
  const byte = piece[at]?.toString(16).toUpperCase() ?? '';
  return new FileError(
    `The file must be ${encoding}, but line ${line} is not: byte ${bytes + at + 1} of the file is 0x${byte}, which is not a letter.`,
    'Name its encoding, or save it as UTF-8.',
  );
}

type Place = { piece: Uint8Array; before: number; lines: number };

function refusal(encoding: Encoding, { piece, before, lines }: Place): FileError {
  if (encoding !== 'utf-8')
    return new FileError(
      `The file must be ${encoding}, but line ${lines} or a later one has bytes that are not.`,
      'Name its encoding, or save it as UTF-8.',
    );
  const at = firstInvalid(piece);
  const line = lines + piece.subarray(0, at).filter((byte) => byte === lineFeed).length;
  const byte = piece[at]?.toString(16).toUpperCase().padStart(2, '0') ?? '';
  return new FileError(
    `The file must be UTF-8, but line ${line} is not: byte ${before + at + 1} of the file is 0x${byte}.`,
    'If a program on Windows saved it, name its encoding: windows-1252. Or save it as UTF-8.',
  );
}

/** The first invalid byte of a piece that may begin within a character. */
function firstInvalid(piece: Uint8Array): number {
  for (let start = 0; start < 3; start += 1) {
    const at = invalidUtf8At(piece.subarray(start));
    if (at === null) return 0;
    if (at > 0) return start + at;
  }
  return invalidUtf8At(piece) ?? 0;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
