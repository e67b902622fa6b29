/** The commands of one program in a piece of shell, each on one line: from its name to what ends it outside of quotes. */
export function commandsOf(program: string, shell: string): readonly string[] {
  const joined = shell.replaceAll(/\\\n\s*/g, '');
  const starts = joined.matchAll(new RegExp(`(?:^|[|;&(]|\\bdo\\b)\\s*(?=${program} )`, 'gm'));
  return [...starts].map(({ index, 0: before }) => {
    const rest = joined.slice(index + before.length);
    return rest.slice(0, endOf(rest)).trim();
  });
}

function endOf(shell: string): number {
  let quote = '';
  for (const [index, character] of [...shell].entries()) {
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if ('|;&)\n<>'.includes(character) || shell.startsWith(' #', index)) return index;
  }
  return shell.length;
}
