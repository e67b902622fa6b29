/** RFC 6902, as far as patches here use it: what is replaced has to be there, what is added has to have a place. */
export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

type Node = Record<string, unknown> | unknown[];

export function patched<Patched extends object>(document: Patched, operations: readonly Operation[]): Patched {
  const copy = structuredClone(document);
  for (const operation of operations) apply(copy as Node, operation);
  return copy;
}

function apply(document: Node, { op, path, value }: Operation): void {
  const keys = path.split('/').slice(1).map(unescaped);
  const last = keys.pop() ?? '';
  const parent = keys.reduce((node, key) => child(node, key), document);
  if (op === 'add' && Array.isArray(parent)) parent.splice(last === '-' ? parent.length : Number(last), 0, value);
  else if (op === 'add') Object.assign(parent, { [last]: value });
  else if (op === 'replace' && last in parent) Object.assign(parent, { [last]: value });
  else throw new Error(`cannot ${op} ${path}`);
}

function child(node: Node, key: string): Node {
  const found: unknown = Array.isArray(node) ? node[Number(key)] : node[key];
  if (typeof found === 'object' && found !== null) return found as Node;
  throw new Error(`there is no ${key}`);
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}
