import { expect, test } from 'vitest';
import { answerReader, type RawAnswer } from './raw-http.ts';

const stream = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na\r\n0123456789\r\n0\r\nx-row-count: 2\r\n\r\n',
  'HTTP/1.1 422 Unprocessable\r\ncontent-length: 3\r\n\r\nbad',
  'HTTP/1.1 304 Not Modified\r\n\r\n',
].join('');

const answers: RawAnswer[] = [
  { status: 200, bodyBytes: 5, errorText: '' },
  { status: 204, bodyBytes: 0, errorText: '' },
  { status: 200, bodyBytes: 13, errorText: '' },
  { status: 422, bodyBytes: 3, errorText: 'bad' },
  { status: 304, bodyBytes: 0, errorText: '' },
];

test.each([1, 2, 7, stream.length])('reads the answers from pieces of %i bytes', (size) => {
  const read: RawAnswer[] = [];
  const reader = answerReader((answer) => read.push(answer));
  for (let at = 0; at < stream.length; at += size) reader(Buffer.from(stream.slice(at, at + size)));
  expect(read).toEqual(answers);
});

test('an answer that ends with its connection is refused', () => {
  const reader = answerReader(() => {});
  expect(() => reader(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('The answer has no length');
});
