const replacement = '\uFFFD';
/** U+FFFD in UTF-8. A text may contain this character, too. */
const [first, second, third] = [0xef, 0xbf, 0xbd];

/**
 * The index of the first byte that is not UTF-8; null if all bytes are. A character that is cut off at the end counts as
 * invalid, at its first byte.
 */
export function invalidUtf8At(bytes: Uint8Array): number | null {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let [from, offset] = [0, 0];
  for (let at = text.indexOf(replacement); at !== -1; at = text.indexOf(replacement, at + 1)) {
    offset += encoder.encode(text.slice(from, at)).length;
    if (bytes[offset] !== first || bytes[offset + 1] !== second || bytes[offset + 2] !== third) return offset;
    from = at;
  }
  return null;
}
