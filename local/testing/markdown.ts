/** What tests read of a page of Markdown. */

const fence = /^ *```(.*)\n([\s\S]*?)^ *```$/gm;

export interface Block {
  /** What stands behind the fence: `sh`, `sh local`, `promql`. */
  readonly kind: string;
  readonly text: string;
}

export function fencedBlocks(page: string): readonly Block[] {
  return [...page.matchAll(fence)].map(([, kind = '', text = '']) => ({ kind, text }));
}

/** What is set as code in a sentence. */
export function inlineCode(page: string): readonly string[] {
  return [...prose(page).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Where links lead, as they are written. */
export function linkTargets(page: string): readonly string[] {
  return [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What a link can name behind `#`, by GitHub's rule: letters, digits and hyphens of the heading; a second one is `…-1`. */
export function anchors(page: string): readonly string[] {
  const seen = new Map<string, number>();
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function prose(page: string): string {
  return page.replaceAll(fence, '');
}
