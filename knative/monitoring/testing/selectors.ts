/** What a PromQL expression selects. Good for the expressions that stand here: no string in them holds a brace or a quote. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset', 'on', 'by', 'without', 'ignoring', 'group_left']);

export function selectorsOf(expression: string): readonly Selector[] {
  const withoutLists = expression
    .replaceAll(/\b(on|by|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  const named = /"[^"]*"|([a-zA-Z_:][\w:]*)(?:\s*\{([^}]*)\})?(\s*\()?|\d[\w.]*/g;
  return [...withoutLists.matchAll(named)].flatMap(([, metric, matchers = '', call]) =>
    metric === undefined || call !== undefined || keywords.has(metric)
      ? []
      : [{ metric, matchers: matchersOf(matchers) }],
  );
}

function matchersOf(text: string): readonly Matcher[] {
  return [...text.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*["']([^"']*)["']/g)].map(
    ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
  );
}
