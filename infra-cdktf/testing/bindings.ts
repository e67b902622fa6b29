/** What the bindings know of a resource beyond its types: the values that their comments list, and its attributes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const library = path.join(import.meta.dirname, '../node_modules/@cdktf/provider-google/lib');

export interface Binding {
  /** By the path of the attribute, as Terraform has it: `settings.backup_configuration.enabled`. */
  readonly possibleValues: ReadonlyMap<string, readonly string[]>;
  /** Arguments at the top, and what the resource tells of itself. */
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
const argumentText = /(?:\/\*\*(?<comment>(?:(?!\*\/).)*)\*\/\s*)?readonly (?<name>\w+)\??: (?<typed>[^;{]+)/gs;

function readBinding(folder: string): Binding {
  const text = textIn(path.join(library, folder));
  const interfaces = new Map(
    [...text.matchAll(interfaceText)].map(([, name = '', body = '']) => [name, argumentsIn(body)] as const),
  );
  const [config = ''] = [...interfaces.keys()].filter(name => name.endsWith('Config') && !name.includes('_'));
  return {
    possibleValues: new Map(listed(interfaces, config, '')),
    attributes: new Set([...text.matchAll(/^ {4}get (\w+)\(\)/gm)].map(([, name = '']) => snake(name))),
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

/** `Possible values: ["A", "B"]`, or `Possible values are: "A", "B".` */
function valuesIn(comment: string): string[] {
  const list = /Possible values(?: are)?:\s*(?:\[([^\]]*)\]|((?:"\w+"[, ]*)+))/.exec(
    comment.replaceAll(/\n\s*\*/g, ' '),
  );
  return [...(list?.[1] ?? list?.[2] ?? '').matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
}

function* listed(
  interfaces: ReadonlyMap<string, readonly Argument[]>,
  of: string,
  prefix: string,
): Generator<[string, readonly string[]]> {
  for (const { name, typed, values } of interfaces.get(of) ?? []) {
    if (values.length > 0) yield [`${prefix}${name}`, values];
    const [inner = ''] = /\w+/.exec(typed) ?? [];
    if (inner !== of && interfaces.has(inner)) yield* listed(interfaces, inner, `${prefix}${name}.`);
  }
}

/** As the bindings' maker does it: `secretDataWo` is `secret_data_wo`. */
function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
