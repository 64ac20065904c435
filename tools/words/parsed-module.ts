import { dirname, join } from 'node:path/posix';
import { type ESTree, parseSync } from 'rolldown/utils';
import type { SourceFile } from './source-files.ts';
import { walk } from './walk.ts';

export type Node = ESTree.Node;

/** A function of any form; `results` are what it returns, `name` is what it is called by, '' for a callback. */
export interface FunctionInfo {
  readonly module: ParsedModule;
  readonly name: string;
  readonly isMember: boolean;
  readonly params: readonly Node[];
  readonly results: Node[];
}

/** What a name stands for within `scope`: a value, or a parameter; `property` when it was destructured. */
export type Binding = { readonly name: string; readonly scope: Node; readonly property: string | null } & (
  | { readonly kind: 'value'; readonly value: Node }
  | { readonly kind: 'parameter'; readonly owner: FunctionInfo; readonly index: number }
);

/** One TypeScript file, indexed. */
export interface ParsedModule {
  readonly path: string;
  readonly source: string;
  readonly program: Node;
  readonly comments: readonly Comment[];
  readonly functions: FunctionInfo[];
  readonly bindings: Map<string, Binding[]>;
  /** Local name → the file it is imported from. */
  readonly imports: Map<string, string>;
  readonly calls: ESTree.CallExpression[];
  readonly news: ESTree.NewExpression[];
  readonly thrownCalls: ESTree.CallExpression[];
  /** Class → the class it extends. */
  readonly classes: Map<string, string>;
}

/** A comment as the parser gives it. */
export interface Comment {
  readonly type: 'Line' | 'Block';
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Parses a file and lists its functions, bindings, imports and calls. @throws Error when it does not parse. */
export function parseModule({ path, source }: SourceFile): ParsedModule {
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`Cannot parse ${path}: ${errors[0]?.message}; correct the file`);
  const module: ParsedModule = {
    path,
    source,
    program,
    comments,
    functions: [],
    bindings: new Map(),
    imports: new Map(),
    calls: [],
    news: [],
    thrownCalls: [],
    classes: new Map(),
  };
  const scopes: Node[] = [];
  const owners = new Map<Node, FunctionInfo>();
  walk(program, (node, parent) => {
    while (scopes.length > 0 && (scopes.at(-1) as Node).end <= node.start) scopes.pop();
    index(module, { node, parent, scope: scopes.at(-1) ?? program, scopes, owners });
    if (node.type === 'BlockStatement' || isFunction(node)) scopes.push(node);
  });
  return module;
}

type AnyFunction = ESTree.Function | ESTree.ArrowFunctionExpression;

const isFunction = (node: Node): node is AnyFunction =>
  node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';

interface Place {
  readonly node: Node;
  readonly parent: Node | null;
  readonly scope: Node;
  readonly scopes: readonly Node[];
  readonly owners: Map<Node, FunctionInfo>;
}

function index(module: ParsedModule, place: Place): void {
  const { node, scope } = place;
  if (isFunction(node)) indexFunction(module, node, place);
  else if (node.type === 'ReturnStatement' && node.argument !== null) {
    const owner = place.scopes.findLast(isFunction);
    if (owner) place.owners.get(owner)?.results.push(node.argument);
  } else if (node.type === 'VariableDeclarator' && node.init !== null) bindPattern(module, node.id, node.init, scope);
  else if (node.type === 'ForOfStatement' && node.left.type === 'VariableDeclaration')
    for (const { id } of node.left.declarations) bindPattern(module, id, node.right, node);
  else if (node.type === 'AssignmentExpression') bindPattern(module, node.left, node.right, module.program);
  else if (node.type === 'ImportDeclaration') indexImport(module, node);
  else if (node.type === 'CallExpression') module.calls.push(node);
  else if (node.type === 'NewExpression') module.news.push(node);
  else if (node.type === 'ThrowStatement' && node.argument.type === 'CallExpression')
    module.thrownCalls.push(node.argument);
  else if (node.type === 'ClassDeclaration' && node.id && node.superClass?.type === 'Identifier')
    module.classes.set(node.id.name, node.superClass.name);
}

function indexFunction(module: ParsedModule, node: AnyFunction, { parent, owners }: Place): void {
  const results = node.type === 'ArrowFunctionExpression' && node.expression ? [node.body as Node] : [];
  const { name, isMember } = nameOf(node, parent);
  const owner: FunctionInfo = { module, name, isMember, params: node.params, results };
  owners.set(node, owner);
  module.functions.push(owner);
  for (const [at, param] of node.params.entries()) {
    for (const [bound, property] of namesIn(param))
      add(module, { kind: 'parameter', name: bound, property, scope: node, owner, index: at });
    for (const [bound, value] of defaultsIn(param))
      add(module, { kind: 'value', name: bound, property: null, scope: node, value });
  }
}

function nameOf(node: AnyFunction, parent: Node | null): { readonly name: string; readonly isMember: boolean } {
  if (node.type !== 'ArrowFunctionExpression' && node.id) return { name: node.id.name, isMember: false };
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier')
    return { name: parent.id.name, isMember: false };
  const isKeyed =
    parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition' || parent?.type === 'Property';
  return { name: isKeyed ? keyName(parent.key) : '', isMember: isKeyed };
}

/** The name of a property key; '' for a computed one. */
export const keyName = (key: Node): string =>
  key.type === 'Identifier' || key.type === 'PrivateIdentifier'
    ? key.name
    : key.type === 'Literal' && typeof key.value === 'string'
      ? key.value
      : '';

/** Names bound by a pattern, each with the property it takes of an object (null: all of it). */
function namesIn(pattern: Node): [string, string | null][] {
  switch (pattern.type) {
    case 'Identifier':
      return [[pattern.name, null]];
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    case 'TSParameterProperty':
      return namesIn(pattern.parameter);
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        property.type === 'RestElement'
          ? namesIn(property)
          : namesIn(property.value).map(([name]): [string, string] => [name, keyName(property.key)]),
      );
    default:
      return [];
  }
}

/** Names of a pattern that have a default, with it. */
function defaultsIn(pattern: Node): [string, Node][] {
  if (pattern.type === 'ObjectPattern')
    return pattern.properties.flatMap((property) => (property.type === 'Property' ? defaultsIn(property.value) : []));
  if (pattern.type !== 'AssignmentPattern') return [];
  const { left, right } = pattern;
  return left.type === 'Identifier' ? [[left.name, right]] : defaultsIn(left);
}

function bindPattern(module: ParsedModule, pattern: Node, value: Node, scope: Node): void {
  for (const [name, property] of namesIn(pattern)) add(module, { kind: 'value', name, property, scope, value });
}

function add({ bindings }: ParsedModule, binding: Binding): void {
  const known = bindings.get(binding.name);
  if (known) known.push(binding);
  else bindings.set(binding.name, [binding]);
}

function indexImport(module: ParsedModule, { source, specifiers }: ESTree.ImportDeclaration): void {
  if (!source.value.startsWith('.')) return;
  const path = join(dirname(module.path), source.value);
  for (const { local } of specifiers) module.imports.set(local.name, path);
}
