/** What ALTER TABLE does to those who use the table meanwhile, and to older revisions. */
import type { AlterTableCmd, ColumnDef, Constraint, Node } from 'libpg-query';
import { columnsIn, nameOf } from './names.ts';
import { blocks, contracts, type Made, type Verdict } from './verdict.ts';

export function judgeAlterTable(table: string, command: AlterTableCmd, made: Made): Verdict[] {
  const { subtype = 'AT_AddColumn', name, def } = command;
  const column = `${table}.${name}`;
  if (def && 'ColumnDef' in def && subtype === 'AT_AddColumn') return judgeNewColumn(table, def.ColumnDef);
  if (def && 'Constraint' in def) return judgeConstraint(table, def.Constraint, made);
  if (subtype === 'AT_DropColumn') return made.things.has(column) ? [] : contracts(`drops the column ${column}`);
  if (subtype === 'AT_DropConstraint') return contracts(`drops the constraint ${name} of ${table}`);
  if (subtype === 'AT_SetNotNull') return contracts(`forbids null in ${column}`);
  if (subtype === 'AT_ColumnDefault' && !def) return contracts(`drops the default of ${column}`);
  if (subtype === 'AT_AlterColumnType')
    return [...contracts(`changes the type of ${column}`), ...blocks(`writes all of ${table} anew`)];
  return harmless.has(subtype) ? [] : blocks(`does ${subtype} to ${table}, which is not known to be harmless`);
}

/** A validation looks at all rows, but keeps nobody waiting unless it is in the transaction of something that does. */
const harmless: ReadonlySet<string> = new Set([
  'AT_ColumnDefault',
  'AT_DropNotNull',
  'AT_SetRelOptions',
  'AT_ValidateConstraint',
]);

const rewriting = /^(small|big)?serial\d?$/;

function judgeNewColumn(table: string, { colname, typeName, constraints = [] }: ColumnDef): Verdict[] {
  const column = `${table}.${colname}`;
  const all = constraints.flatMap(node => ('Constraint' in node ? [node.Constraint] : []));
  const has = (type: Constraint['contype']) => all.find(({ contype }) => contype === type);
  const numbered = has('CONSTR_IDENTITY') || rewriting.test((typeName?.names ?? []).map(nameOf).at(-1) ?? '');
  const filled = numbered || has('CONSTR_DEFAULT') || has('CONSTR_GENERATED');
  const verdicts: Verdict[] = [];
  if (has('CONSTR_NOTNULL') && !filled)
    verdicts.push(...contracts(`wants ${column} from revisions that do not know it`));
  const fallback = has('CONSTR_DEFAULT')?.raw_expr;
  if (fallback && !isTheSameForAllRows(fallback)) verdicts.push(...blocks(`fills ${column} in all rows`));
  if (numbered) verdicts.push(...blocks(`numbers all rows in ${column}`));
  if (has('CONSTR_GENERATED') && has('CONSTR_GENERATED')?.generated_kind !== 'v')
    verdicts.push(...blocks(`computes ${column} in all rows`));
  for (const type of ['CONSTR_CHECK', 'CONSTR_UNIQUE', 'CONSTR_PRIMARY', 'CONSTR_FOREIGN'] as const)
    if (has(type)) verdicts.push(...blocks(`looks at all rows for a constraint on ${column}`));
  return verdicts;
}

/** A default that is computed once. Of functions it is known of `now()` alone. */
function isTheSameForAllRows(node: Node): boolean {
  if ('A_Const' in node || 'SQLValueFunction' in node) return true;
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isTheSameForAllRows(node.TypeCast.arg);
  return 'FuncCall' in node && (node.FuncCall.funcname ?? []).map(nameOf).join('.') === 'now';
}

function judgeConstraint(table: string, constraint: Constraint, made: Made): Verdict[] {
  const { conname, contype, raw_expr, fk_attrs = [], keys = [], skip_validation = false, indexname } = constraint;
  const columns = [...columnsIn(raw_expr), ...[...fk_attrs, ...keys].map(nameOf)];
  const onNewColumns = columns.length > 0 && columns.every(column => made.things.has(`${table}.${column}`));
  const looks =
    contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY' ? indexname === undefined : !skip_validation;
  return [
    ...(onNewColumns ? [] : contracts(`narrows ${table} by the constraint ${conname ?? contype}`)),
    ...(looks ? blocks(`looks at all rows of ${table} for the constraint ${conname ?? contype}`) : []),
  ];
}
