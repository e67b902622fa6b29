/** The names in PostgreSQL's parse trees. */
import type { Node, RangeVar } from 'libpg-query';

export function tableName(relation: RangeVar | undefined): string {
  return relation?.relname ?? '';
}

/** A qualified name, or any other list of strings, without its schema: `{tasks,trigger}` is `tasks.trigger`. */
export function nameOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if ('String' in node) return node.String.sval ?? '';
  if ('List' in node) return (node.List.items ?? []).map(nameOf).join('.');
  if ('ObjectWithArgs' in node) return (node.ObjectWithArgs.objname ?? []).map(nameOf).join('.');
  if ('TypeName' in node) return (node.TypeName.names ?? []).map(nameOf).join('.');
  return '';
}

/** The columns that an expression names. */
export function columnsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'ColumnRef' ? [nameOf({ List: { items: value.fields } })] : columnsIn(value),
  );
}
