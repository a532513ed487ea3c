import type { LiveMessage } from '@paydeck/api/live-subscription';
import { appRouter } from '@paydeck/api/router';

const { output } = appRouter._def._config.transformer;

/** Each event as the JSON of tRPC's result message, encoded once for all subscriptions. */
const results = new WeakMap<object, string>();
/** All frames of a page of events by their opening, made once for all subscriptions with the same opening. */
const pages = new WeakMap<readonly LiveMessage<object>[], Map<string, Buffer>>();

const maxOpenings = 100;

/**
 * Events as frames of tRPC's ws protocol, ready to be written to a socket. `opening` is the JSON of each message up to
 * its result, such as `{"id":1,"result":`.
 */
export function eventFrames(messages: readonly LiveMessage<object>[], opening: string): Buffer {
  const known = pages.get(messages) ?? new Map<string, Buffer>();
  pages.set(messages, known);
  const frames =
    known.get(opening) ??
    Buffer.concat(messages.map((message) => textFrame(`${opening}${resultOf(message)}}`)));
  // Clients number their calls from 1, so a few openings cover almost all subscriptions.
  if (known.size < maxOpenings) known.set(opening, frames);
  return frames;
}

function resultOf({ position, data }: LiveMessage<object>): string {
  const id = String(position);
  const result =
    results.get(data) ?? JSON.stringify({ type: 'data', id, data: output.serialize({ id, data }) });
  results.set(data, result);
  return result;
}

/** A text message in one unmasked frame, as servers send it (RFC 6455, 5.2). The types of `ws` lack `Sender.frame`. */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerLength + length);
  frame[0] = 0x81;
  if (headerLength === 2) {
    frame[1] = length;
  } else if (headerLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, headerLength);
  return frame;
}
