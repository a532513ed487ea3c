import { patterns } from './patterns.ts';
import type { Prose } from './read-prose.ts';

export type Finding = {
  phrase: string;
  advice: string;
  /** The offset in the file. */
  at: number;
};

/** The phrases in a piece of prose that readers stumble over, in the order of the text. */
export function findPhrases({ kind, text, start }: Prose): Finding[] {
  return patterns
    .filter(({ inCommentsOnly }) => kind === 'comment' || !inCommentsOnly)
    .flatMap(({ phrase, advice }) =>
      [...text.matchAll(phrase)].map((match) => ({
        phrase: match[0].replaceAll(/\s+/g, ' '),
        advice,
        at: start + match.index,
      })),
    )
    .sort((a, b) => a.at - b.at);
}
