const textOpcode = 1;

export type Frame = {
  opcode: number;
  payloadBytes: number;
  /** The payload of a text frame below `textBelowBytes`; null for any other. */
  text: string | null;
};

export type FrameScanner = {
  /** Text frames shorter than this are read. The scanner reads only the header of longer ones. */
  textBelowBytes: number;
  /** Reads the bytes of the chunk from `from` to `length`. A frame may be split anywhere. */
  scan(chunk: Uint8Array, from: number, length: number): void;
};

/** Finds the frames (RFC 6455, 5.2) that a server sends, which are not masked, by their headers. */
export function frameScanner(onFrame: (frame: Frame) => void): FrameScanner {
  let headerBytes = 0;
  let opcode = 0;
  let payloadBytes = 0;
  /** How many bytes after the first two hold the length: 0, 2 or 8. */
  let lengthBytes = 0;
  let left = 0;
  let text: Buffer[] | null = null;

  const finish = () => {
    const read = text === null ? null : Buffer.concat(text).toString();
    headerBytes = 0;
    text = null;
    onFrame({ opcode, payloadBytes, text: read });
  };
  const begin = () => {
    left = payloadBytes;
    if (opcode === textOpcode && payloadBytes < scanner.textBelowBytes) text = [];
    if (left === 0) finish();
  };
  const readHeaderByte = (byte: number) => {
    headerBytes += 1;
    if (headerBytes === 1) {
      opcode = byte & 0x0f;
      return;
    }
    if (headerBytes === 2) {
      const short = byte & 0x7f;
      lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
      payloadBytes = lengthBytes === 0 ? short : 0;
    } else {
      payloadBytes = payloadBytes * 256 + byte;
    }
    if (headerBytes === 2 + lengthBytes) begin();
  };

  const scanner: FrameScanner = {
    textBelowBytes: Number.POSITIVE_INFINITY,
    scan: (chunk, from, length) => {
      for (let at = from; at < length; ) {
        if (left === 0) {
          readHeaderByte(chunk[at] ?? 0);
          at += 1;
          continue;
        }
        const taken = Math.min(left, length - at);
        text?.push(Buffer.from(chunk.subarray(at, at + taken)));
        left -= taken;
        at += taken;
        if (left === 0) finish();
      }
    },
  };
  return scanner;
}
