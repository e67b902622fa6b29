/** What the bindings know of a resource beyond its types: the values that their comments list, and its attributes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const library = path.join(import.meta.dirname, '../node_modules/@cdktf/provider-google/lib');

export interface Binding {
  /** The path of each argument, as Terraform has it: `settings.backup_configuration.enabled`. */
  readonly arguments: ReadonlySet<string>;
  /** By the path of an argument, where the comment lists them. */
  readonly possibleValues: ReadonlyMap<string, readonly string[]>;
  /** What other resources can refer to. */
  readonly attributes: ReadonlySet<string>;
}

const read = new Map<string, Binding>();

/** @param type as Terraform has it: `google_sql_user` */
export function bindingOf(type: string): Binding {
  const known = read.get(type) ?? readBinding(type.replace(/^google_/, '').replaceAll('_', '-'));
  read.set(type, known);
  return known;
}

interface Argument {
  readonly name: string;
  readonly typed: string;
  readonly values: readonly string[];
}

const interfaceText = /^export interface (\w+) .*?\{\n(.*?)^\}/gms;
const argumentText = /(?:\/\*\*(?<comment>(?:(?!\*\/).)*)\*\/\s*)?readonly (?<name>\w+)\??: (?<typed>[^;]+)/gs;

function readBinding(folder: string): Binding {
  const text = textIn(path.join(library, folder));
  const interfaces = new Map(
    [...text.matchAll(interfaceText)].map(([, name = '', body = '']) => [name, argumentsIn(body)] as const),
  );
  const [, resource = '', members = ''] =
    /^export declare class (\w+) extends cdktf\.TerraformResource \{\n(.*?)^\}/ms.exec(text) ?? [];
  const found = [...pathsIn(interfaces, `${resource}Config`, '')];
  return {
    arguments: new Set(found.map(({ path: each }) => each)),
    possibleValues: new Map(
      found.filter(({ values }) => values.length > 0).map(({ path: each, values }) => [each, values]),
    ),
    attributes: new Set([...members.matchAll(/^ {4}get (\w+)\(\)/gm)].map(([, name = '']) => snake(name))),
  };
}

function textIn(folder: string): string {
  const structs = `${folder}/index-structs`;
  const more = existsSync(structs) ? readdirSync(structs).map(file => `${structs}/${file}`) : [];
  return [`${folder}/index.d.ts`, ...more.filter(file => file.endsWith('.d.ts'))]
    .map(file => readFileSync(file, 'utf8'))
    .join('\n');
}

function argumentsIn(body: string): Argument[] {
  return [...body.matchAll(argumentText)].map(({ groups = {} }) => ({
    name: snake(groups.name ?? ''),
    typed: groups.typed ?? '',
    values: valuesIn(groups.comment ?? ''),
  }));
}

/** As comments list them: in brackets, in quotation marks, as points, or in a sentence. */
const lists = [
  /Possible values:\s*\[([^\]]*)\]/,
  /(?:Possible|Accepted) values are:\s*((?:"\w+"[, .]*(?:and |or )?)+)/,
  /(?:Possible|Accepted) values are:\s*((?:\* [A-Z_]+:.*?)+)(?:\n\s*\n|$)/s,
  /Valid values include ((?:[A-Z_]+(?:, and | and |, )?)+)/,
];

function valuesIn(comment: string): string[] {
  const text = comment.replaceAll(/^ *\*/gm, '').replaceAll(/\n +/g, '\n');
  const list = lists.map(each => each.exec(text)?.[1]).find(each => each !== undefined) ?? '';
  if (list.startsWith('*')) return [...list.matchAll(/^\* ([A-Z_]+):/gm)].map(([, value = '']) => value);
  return [...list.matchAll(/\w+/g)].map(([value]) => value).filter(value => value !== 'and' && value !== 'or');
}

interface Path {
  readonly path: string;
  readonly values: readonly string[];
}

function* pathsIn(interfaces: ReadonlyMap<string, readonly Argument[]>, of: string, prefix: string): Generator<Path> {
  for (const { name, typed, values } of interfaces.get(of) ?? []) {
    yield { path: `${prefix}${name}`, values };
    const [inner = ''] = /\w+/.exec(typed) ?? [];
    if (inner !== of && interfaces.has(inner)) yield* pathsIn(interfaces, inner, `${prefix}${name}.`);
  }
}

/** As the bindings' maker does it: `secretDataWo` is `secret_data_wo`. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
