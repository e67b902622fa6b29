/** What a migration does to those who use the tables meanwhile, and to older revisions: by PostgreSQL's own parser. */
import {
  type AlterEnumStmt,
  type AlterTableStmt,
  type DropStmt,
  type GrantStmt,
  type IndexStmt,
  type Node,
  parse,
  parsePlPgSQLSync,
  parseSync,
  type RenameStmt,
} from 'libpg-query';
import { judgeAlterTable } from './alter-table.ts';
import { nameOf, tableName } from './names.ts';
import { blocks, contracts, type Made, type Verdict } from './verdict.ts';

/** @throws when PostgreSQL would not understand it */
export async function judge(sql: string): Promise<Verdict[]> {
  const { stmts = [] } = await parse(sql);
  const statements = stmts.flatMap(({ stmt }) => (stmt ? [stmt] : []));
  const made = madeBy(statements);
  return statements.flatMap(statement => judgeStatement(statement, made));
}

function madeBy(statements: readonly Node[]): Made {
  const tables = new Set<string>();
  const things = new Set<string>();
  for (const node of statements) {
    if ('CreateStmt' in node) tables.add(tableName(node.CreateStmt.relation));
    if ('IndexStmt' in node) things.add(String(node.IndexStmt.idxname));
    if ('CreateFunctionStmt' in node && !node.CreateFunctionStmt.replace)
      things.add((node.CreateFunctionStmt.funcname ?? []).map(nameOf).join('.'));
    if ('AlterTableStmt' in node)
      for (const column of columnsAddedBy(node.AlterTableStmt.cmds ?? []))
        things.add(`${tableName(node.AlterTableStmt.relation)}.${column}`);
  }
  return { tables, things };
}

function columnsAddedBy(commands: readonly Node[]): string[] {
  return commands.flatMap(node => {
    const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
    return def && 'ColumnDef' in def && def.ColumnDef.colname ? [def.ColumnDef.colname] : [];
  });
}

/** Statements that only add something which nobody knows yet. */
const harmless: ReadonlySet<string> = new Set([
  'CreateStmt',
  'CreateEnumStmt',
  'CreateDomainStmt',
  'CreateSeqStmt',
  'CreateExtensionStmt',
  'CreateSchemaStmt',
  'CommentStmt',
  'InsertStmt',
]);

function judgeStatement(node: Node, made: Made): Verdict[] {
  const [kind = ''] = Object.keys(node);
  if (harmless.has(kind)) return [];
  if ('AlterTableStmt' in node) return judgeAlterations(node.AlterTableStmt, made);
  if ('IndexStmt' in node) return judgeIndex(node.IndexStmt, made);
  if ('DropStmt' in node) return judgeDrop(node.DropStmt, made);
  if ('RenameStmt' in node) return judgeRename(node.RenameStmt);
  if ('GrantStmt' in node) return judgeGrant(node.GrantStmt, made);
  if ('AlterEnumStmt' in node) return judgeValue(node.AlterEnumStmt);
  if ('CreateFunctionStmt' in node) return judgeNew('function', node.CreateFunctionStmt);
  if ('CreateTrigStmt' in node) return judgeNew('trigger', node.CreateTrigStmt);
  if ('ViewStmt' in node) return judgeNew('view', node.ViewStmt);
  if ('DoStmt' in node) return judgeBlock(node.DoStmt.args ?? [], made);
  return blocks(`has a statement (${kind}) that is not known to be harmless`);
}

function judgeAlterations({ relation, cmds = [] }: AlterTableStmt, made: Made): Verdict[] {
  const table = tableName(relation);
  if (made.tables.has(table)) return [];
  return cmds.flatMap(each => ('AlterTableCmd' in each ? judgeAlterTable(table, each.AlterTableCmd, made) : []));
}

function judgeIndex({ relation, idxname, concurrent, unique }: IndexStmt, made: Made): Verdict[] {
  const table = tableName(relation);
  if (made.tables.has(table)) return [];
  return [
    ...(concurrent ? [] : blocks(`keeps ${table} from being written while ${idxname} is built: say concurrently`)),
    ...(unique ? contracts(`narrows ${table} by the unique index ${idxname}`) : []),
  ];
}

function judgeDrop({ objects = [], removeType }: DropStmt, made: Made): Verdict[] {
  const gone = objects.map(nameOf).filter(name => !made.things.has(name) && !made.tables.has(name));
  return gone.flatMap(name => contracts(`drops the ${removeType?.replace('OBJECT_', '').toLowerCase()} ${name}`));
}

function judgeRename({ relation, object, subname, newname }: RenameStmt): Verdict[] {
  const name = [tableName(relation) || nameOf(object), subname].filter(Boolean).join('.');
  return contracts(`renames ${name} to ${newname}`);
}

function judgeGrant({ is_grant = false, objects = [] }: GrantStmt, { tables, things }: Made): Verdict[] {
  if (is_grant) return [];
  const names = objects.map(node => ('RangeVar' in node ? tableName(node.RangeVar) : nameOf(node)));
  const older = names.filter(name => !tables.has(name) && !things.has(name));
  return names.length > 0 && older.length === 0 ? [] : contracts(`revokes what others may do to ${older.join(', ')}`);
}

function judgeValue({ oldVal, newVal }: AlterEnumStmt): Verdict[] {
  return oldVal ? contracts(`renames the value ${oldVal} to ${newVal}`) : [];
}

function judgeNew(what: string, { replace }: { replace?: boolean }): Verdict[] {
  return replace ? contracts(`puts another ${what} in the place of one`) : [];
}

/** A block may change rows when it commits: it does so in batches. */
function judgeBlock(args: readonly Node[], made: Made): Verdict[] {
  const body = args.flatMap(node =>
    'DefElem' in node && node.DefElem.defname === 'as' ? [nameOf(node.DefElem.arg)] : [],
  );
  const parsed = parsePlPgSQLSync(`create procedure block() language plpgsql as $block$${body.join('')}$block$`);
  const statements = [...partsOf(parsed)];
  const commits = statements.some(({ type }) => type === 'PLpgSQL_stmt_commit');
  return statements.flatMap(({ type, query }) => {
    if (type === 'PLpgSQL_stmt_dynexecute') return blocks('executes what is only known when it runs');
    if (type !== 'PLpgSQL_stmt_execsql') return [];
    const inner = (parseSync(query).stmts ?? []).flatMap(({ stmt }) => (stmt ? [stmt] : []));
    const isBatch = (node: Node) => commits && ('UpdateStmt' in node || 'DeleteStmt' in node || 'SelectStmt' in node);
    return inner.filter(node => !isBatch(node)).flatMap(node => judgeStatement(node, made));
  });
}

function* partsOf(node: unknown): Generator<{ type: string; query: string }> {
  if (typeof node !== 'object' || node === null) return;
  for (const [type, value] of Object.entries(node)) {
    if (type.startsWith('PLpgSQL_stmt_')) yield { type, query: value.sqlstmt?.PLpgSQL_expr?.query ?? '' };
    yield* partsOf(value);
  }
}
