/** No part of a code is longer than this, so that it fits into a narrow column. */
const longestPart = /.{1,16}/g;

/** A code such as `invalid_account_number`, which breaks between its words rather than within one. */
export function CodeText({ code }: { code: string }) {
  const parts = code.split(/(?<=[_.-])/).flatMap((word) => word.match(longestPart) ?? []);
  return parts.flatMap((part, n) => (n === 0 ? [part] : [<wbr key={`${n} ${part}`} />, part]));
}
