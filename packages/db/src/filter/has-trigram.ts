/**
 * Whether a text has a trigram, by which `payments_search_text_idx` finds it: three letters or digits in a row, or fewer at the
 * start or the end of a word (PostgreSQL's manual, pg_trgm). If PostgreSQL sees it otherwise, a search is slower, but its
 * result is the same.
 */
export const hasTrigram = (text: string): boolean => trigram.test(text);

const trigram = /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]/u;
