import { isUtf8 } from 'node:buffer';
import { AppError } from '@paydeck/api/errors';
import { invalidUtf8At } from '@paydeck/contract/utf8';
import type { FastifyRequest } from 'fastify';

/** Charsets whose texts are always valid UTF-8. */
const utf8Charsets: readonly string[] = ['utf-8', 'utf8', 'us-ascii'];

/**
 * The text of a JSON body, which must be UTF-8 (RFC 8259, 8.1). A body in another encoding is refused, since its letters would
 * be lost. Reasons: `unsupported_media_type` for another charset in the content type, `invalid_input` for other bytes.
 */
export function jsonBodyText({ headers }: Pick<FastifyRequest, 'headers'>, body: Buffer): string {
  const [, charset] = /;\s*charset="?([^";\s]+)/i.exec(headers['content-type'] ?? '') ?? [];
  if (charset !== undefined && !utf8Charsets.includes(charset.toLowerCase()))
    throw new AppError('unsupported_media_type', `The charset of JSON must be UTF-8, not ${charset}.`);
  if (isUtf8(body)) return body.toString();
  const at = invalidUtf8At(body) ?? 0;
  const byte = body[at]?.toString(16).toUpperCase().padStart(2, '0');
  throw new AppError(
    'invalid_input',
    `The request body must be UTF-8, but its byte ${at + 1} is 0x${byte}. Encode the JSON as UTF-8 before you send it.`,
  );
}
