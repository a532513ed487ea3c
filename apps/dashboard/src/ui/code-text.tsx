/** The words of a code, each with the separator after it. A word without separators is cut after 16 characters. */
const words = /[^_.-]{0,15}[_.-]|[^_.-]{1,16}/g;

/** A code such as `invalid_account_number`, which breaks between its words rather than within one. */
export const CodeText = ({ code }: { code: string }) =>
  [...code.matchAll(words)].flatMap(({ 0: word, index }) =>
    index === 0 ? [word] : [<wbr key={index} />, word],
  );
