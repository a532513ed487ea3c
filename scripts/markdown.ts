// Reads paths, links and headings from Markdown. Line numbers start at 1.

const repositoryPath =
  /(?<![\w./@~-])(?:apps|packages|docs|bench|e2e|examples|scripts|\.ci|\.github)\/[\w./*{},@-]*/g;
const markdownLink = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
const linkDefinition = /^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?/g;
const htmlLink = /\b(?:href|src|srcset)="([^"\s]+)"/g;
const externalTarget = /^(?:[a-z][a-z\d+.-]*:|\/\/)/i;

/** The paths from the root that the text names: in prose, code and commands. */
export function readRepositoryPaths(text: string): { path: string; line: number }[] {
  return text
    .split('\n')
    .flatMap((content, index) =>
      [...content.matchAll(repositoryPath)]
        .filter((match) => !isInsideUrl(content, match.index))
        .map(([path]) => ({ path: path.replace(/[.,]+$/, ''), line: index + 1 })),
    );
}

/** The targets of links and images inside the repository. Code is skipped. */
export function readLinks(text: string): { target: string; line: number }[] {
  return prose(text).flatMap((content, index) =>
    [markdownLink, linkDefinition, htmlLink]
      .flatMap((pattern) => [...content.matchAll(pattern)])
      .flatMap(([, target]) =>
        target === undefined || externalTarget.test(target) ? [] : [{ target, line: index + 1 }],
      ),
  );
}

/** The anchors of headings, as GitHub makes them, and explicit anchors. */
export function headingAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of prose(text, { keepInlineCode: true })) {
    for (const [, id] of line.matchAll(/<[^>]+\b(?:id|name)="([^"]+)"/g))
      if (id !== undefined) anchors.add(id);
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const slug = slugOf(heading);
    let unique = slug;
    for (let copy = 1; anchors.has(unique); copy += 1) unique = `${slug}-${copy}`;
    anchors.add(unique);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** The lines of a text, with fenced blocks and, by default, inline code left out. */
function prose(text: string, { keepInlineCode = false } = {}): string[] {
  let fence: string | null = null;
  return text.split('\n').map((line) => {
    const marker = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== null) {
      if (marker?.startsWith(fence)) fence = null;
      return '';
    }
    if (marker !== undefined) {
      fence = marker;
      return '';
    }
    return keepInlineCode ? line : line.replace(/`[^`]*`/g, '');
  });
}

function isInsideUrl(content: string, index: number): boolean {
  return /[a-z]+:\/\/\S*$/i.test(content.slice(0, index));
}
