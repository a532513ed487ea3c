import { connect } from 'node:net';

export type RawAnswer = {
  status: number;
  /** The size of the body, without the marks of its chunks. */
  bodyBytes: number;
  /** The body of an answer that is not 2xx. Empty otherwise, because the load does not look at it. */
  errorText: string;
};

export type RawConnection = {
  /** Sends a whole request. Answers come in the order of the requests, so several may be on their way at once. */
  send(request: string): Promise<RawAnswer>;
  /** Resolves when everything that was sent has left this process. */
  flushed(): Promise<void>;
  close(): void;
};

type Waiting = { resolve(answer: RawAnswer): void; reject(error: Error): void };

/**
 * An HTTP/1.1 connection that stays open and is very cheap to use, so that the benchmark does not measure its own load: it
 * reads only the status and where an answer ends.
 */
export function openRawConnection(url: URL): RawConnection {
  const waiting: Waiting[] = [];
  const reader = answerReader((answer) => waiting.shift()?.resolve(answer));
  const socket = connect({ host: url.hostname, port: Number(url.port) });
  socket.setNoDelay(true);
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  socket.on('data', (chunk) => {
    try {
      reader(chunk);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection.')));
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        waiting.push({ resolve, reject });
        socket.write(request);
      }),
    flushed: () => new Promise((resolve) => socket.write('', () => resolve())),
    close: () => socket.destroy(),
  };
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');

/** Finds the answers in what a connection receives, chunk by chunk. Throws when an answer does not say where it ends. */
export function answerReader(onAnswer: (answer: RawAnswer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let status = 0;
  let bodyBytes = 0;
  let errorText = '';
  /** How many bytes of the current part are still to come. A body has one part, or several chunks. */
  let left = 0;
  let state: 'head' | 'body' | 'chunk size' | 'chunk' | 'trailers' = 'head';

  const finish = () => {
    state = 'head';
    onAnswer({ status, bodyBytes, errorText });
  };
  /** Takes the bytes up to the mark off the rest. Null when the mark has not arrived. */
  const take = (mark: Buffer): string | null => {
    const end = rest.indexOf(mark);
    if (end === -1) return null;
    const text = rest.toString('latin1', 0, end);
    rest = rest.subarray(end + mark.length);
    return text;
  };
  const readHead = (head: string) => {
    status = Number(head.slice(9, 12));
    bodyBytes = 0;
    errorText = '';
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length !== undefined) {
      left = Number(length);
      state = 'body';
    } else if (/\r\ntransfer-encoding: *chunked/i.test(head)) state = 'chunk size';
    else if (status === 204 || status === 304) finish();
    else throw new Error(`The answer has no length:\n${head}`);
  };
  const skipPart = () => {
    const part = rest.subarray(0, left);
    if (status < 200 || status >= 300) errorText += part.toString();
    rest = rest.subarray(part.length);
    left -= part.length;
    bodyBytes += part.length;
  };

  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (true) {
      if (state === 'head') {
        const head = take(headEnd);
        if (head === null) return;
        readHead(head);
      }
      if (state === 'body') {
        skipPart();
        if (left > 0) return;
        finish();
      }
      if (state === 'chunk size') {
        const size = take(lineEnd);
        if (size === null) return;
        left = Number.parseInt(size, 16);
        state = left === 0 ? 'trailers' : 'chunk';
      }
      if (state === 'chunk') {
        skipPart();
        if (left > 0 || rest.length < lineEnd.length) return;
        rest = rest.subarray(lineEnd.length);
        state = 'chunk size';
      }
      if (state === 'trailers') {
        const line = take(lineEnd);
        if (line === null) return;
        if (line === '') finish();
      }
    }
  };
}
