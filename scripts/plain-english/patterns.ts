/** A way of writing that readers stumble over, and what to write instead. */
export type Pattern = {
  phrase: RegExp;
  advice: string;
  /** A word that is wrong as the first of a comment, and right as the first of a question or a quotation. */
  inCommentsOnly?: true;
};

export const patterns: readonly Pattern[] = [
  { phrase: anywhere('told'), advice: 'say who does what: "the server sends", "the caller gets"' },
  { phrase: anywhere('anew'), advice: 'write "again"' },
  { phrase: anywhere('go on|goes on|going on|gone on|went on'), advice: 'write "continue" or "keep …ing"' },
  { phrase: anywhere('meanwhile'), advice: 'write "while …" or "in between"' },
  { phrase: anywhere('for ever'), advice: 'write "forever" or "any number of times"' },
  {
    phrase: anywhere('whoever|whomever|whosoever'),
    advice: 'write "the caller", "the user" or "anyone who"',
  },
  {
    phrase: anywhere(
      '(?<!\\bthere )(?:is|are|was|were) no (?!longer|more|less|better|worse|different)[\\p{L}\\d]+',
    ),
    advice: 'write "is not a …" or "are not …"',
  },
  { phrase: anywhere('in any case'), advice: 'write "case-insensitive" or "in any event"' },
  {
    phrase: anywhere("of its own|of one[’']s own"),
    advice: 'write "its own …", "a separate …" or "your own …"',
  },
  { phrase: anywhere('befell|befalls?|befallen'), advice: 'write "happened to"' },
  { phrase: anywhere('heals?|healed'), advice: 'write "recovers from" or "repairs"' },
  { phrase: sentenceStart('Nor'), advice: 'begin with the subject: "It is not … either"' },
  { phrase: sentenceStart('Of(?! course)'), advice: 'begin with the subject: "Only the first of two …"' },
  {
    phrase: commentStart('Who|Whose|Whom'),
    advice: 'begin with the subject: "The user who …"',
    inCommentsOnly: true,
  },
  { phrase: commentStart('What'), advice: 'name the thing: "The limits of …"', inCommentsOnly: true },
  { phrase: commentStart('That of|Those of|Those that'), advice: 'name the thing', inCommentsOnly: true },
  { phrase: commentStart('So|And|But'), advice: 'write a whole sentence', inCommentsOnly: true },
];

function anywhere(words: string): RegExp {
  return new RegExp(`\\b(?:${acrossLines(words)})\\b`, 'giu');
}

/** At the start of a sentence, with the capital that it has there. */
function sentenceStart(words: string): RegExp {
  return new RegExp(`(?<=^\\s*|[.!?]\\s+)(?:${acrossLines(words)})(?!\\p{L})`, 'gu');
}

function commentStart(words: string): RegExp {
  return new RegExp(`(?<=^\\s*)(?:${acrossLines(words)})(?!\\p{L})`, 'gu');
}

/** A phrase may be broken over two lines. */
function acrossLines(words: string): string {
  return words.replaceAll(' ', '\\s+');
}
