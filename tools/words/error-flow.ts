import type { ESTree } from 'rolldown/utils';
import { type Binding, type FunctionInfo, keyName, type Node, type ParsedModule } from './parsed-module.ts';
import { renderText } from './render-text.ts';

/** Classes whose arguments are error texts. */
const ERROR_CLASS = /(?:Error|Failure|Refusal)$/;
/** Methods of zod whose texts are shown when a value is not valid. */
const CHECKS = new Set(['refine', 'regex', 'superRefine', 'addIssue']);
/** Methods of strings, arrays and maps whose result is made of the texts of what they are called on, or with. */
const KEEPS_TEXT = new Set(
  'at concat filter find flatMap get join map padEnd replace replaceAll slice sort toReversed toSorted trim'.split(' '),
);
/** Properties that hold an error text or a part of one, in whatever object. */
const ERROR_PROPERTIES = new Set('found needed reason act advice objection problem message error'.split(' '));

/** Every literal, template and sum that can become part of an error's message, by module: the nodes. */
export function errorTexts(modules: readonly ParsedModule[]): ReadonlyMap<ParsedModule, ReadonlySet<Node>> {
  const flow = new ErrorFlow(modules);
  for (const module of modules) flow.addErrorsOf(module);
  return flow.found;
}

interface Name {
  readonly name: string;
  readonly start: number;
}

/** Follows messages back from where errors are made to the literals they are made of, over calls and files. */
class ErrorFlow {
  readonly found = new Map<ParsedModule, Set<Node>>();
  private readonly byPath: ReadonlyMap<string, ParsedModule>;
  private readonly callers = new Map<FunctionInfo, [ParsedModule, ESTree.CallExpression][]>();
  private readonly members = new Map<string, FunctionInfo[]>();
  private readonly bases: ReadonlyMap<string, string>;
  private readonly done = new Set<string>();
  private readonly seen = new Set<Node>();

  constructor(modules: readonly ParsedModule[]) {
    this.byPath = new Map(modules.map((module) => [module.path, module]));
    this.bases = new Map(modules.flatMap((module) => [...module.classes]));
    for (const module of modules) {
      this.found.set(module, new Set());
      for (const info of module.functions) if (info.isMember) push(this.members, info.name, info);
    }
    for (const module of modules)
      for (const call of module.calls)
        for (const callee of this.calleesOf(call, module)) push(this.callers, callee, [module, call]);
  }

  addErrorsOf(module: ParsedModule): void {
    for (const node of module.news) if (this.isErrorClass(lastName(node.callee))) this.flowAll(node.arguments, module);
    for (const call of module.thrownCalls)
      if (this.calleesOf(call, module).length === 0) this.flowAll(call.arguments, module);
    for (const call of module.calls)
      if (CHECKS.has(lastName(call.callee)) && call.callee.type === 'MemberExpression')
        this.flowAll(call.arguments, module);
    for (const { value, property } of propertiesOf(module))
      if (ERROR_PROPERTIES.has(property)) this.flow(value, module);
  }

  private isErrorClass(name: string): boolean {
    const base = this.bases.get(name);
    return ERROR_CLASS.test(name) || (base !== undefined && base !== name && this.isErrorClass(base));
  }

  private flowAll(nodes: readonly Node[], module: ParsedModule): void {
    for (const node of nodes) this.flow(node, module);
  }

  private flow(node: Node, module: ParsedModule): void {
    if (this.seen.has(node)) return;
    this.seen.add(node);
    if (renderText(node, module.source) !== null) this.found.get(module)?.add(node);
    this.flowAll(partsOf(node), module);
    if (node.type === 'Identifier') this.flowName(node, null, module);
    else if (node.type === 'MemberExpression' && !node.computed)
      this.flowProperty(node.object, keyName(node.property), module);
    else if (node.type === 'CallExpression') {
      const callees = this.calleesOf(node, module);
      if (callees.length === 0 && node.callee.type === 'Identifier') this.flow(node.callee, module);
      for (const callee of callees) this.flowAll(callee.results, callee.module);
    }
  }

  /** Follows `name`, or `name.property`, to the values it may have. */
  private flowName({ name, start }: Name, property: string | null, module: ParsedModule): void {
    for (const binding of bindingsAt(module, name, start)) {
      const wanted = binding.property ?? property;
      if (binding.kind === 'parameter') this.flowParameter(binding.owner, binding.index, wanted);
      else if (wanted === null) this.flow(binding.value, module);
      else this.flowProperty(binding.value, wanted, module);
    }
    const imported = this.byPath.get(module.imports.get(name) ?? '');
    for (const binding of imported?.bindings.get(name) ?? [])
      if (binding.kind === 'value' && imported) {
        if (property === null) this.flow(binding.value, imported);
        else this.flowProperty(binding.value, property, imported);
      }
  }

  private flowProperty(node: Node, property: string, module: ParsedModule): void {
    const key = `${module.path}:${node.start}:${node.end}.${property}`;
    if (this.done.has(key)) return;
    this.done.add(key);
    if (node.type === 'ObjectExpression') {
      for (const entry of node.properties) {
        if (entry.type === 'Property' && keyName(entry.key) === property) this.flow(entry.value, module);
      }
    } else if (node.type === 'Identifier') this.flowName(node, property, module);
    else if (node.type === 'ConditionalExpression') {
      for (const side of [node.consequent, node.alternate]) this.flowProperty(side, property, module);
    } else if (node.type === 'AwaitExpression') this.flowProperty(node.argument, property, module);
    else if (node.type === 'CallExpression') {
      for (const { results, module: from } of this.calleesOf(node, module))
        for (const result of results) this.flowProperty(result, property, from);
    }
  }

  private flowParameter(owner: FunctionInfo, index: number, property: string | null): void {
    const key = `${owner.module.path}:${owner.params[index]?.start}:${property}`;
    if (this.done.has(key)) return;
    this.done.add(key);
    for (const [module, call] of this.callers.get(owner) ?? []) {
      const argument = call.arguments[index];
      if (argument === undefined) continue;
      if (property === null) this.flow(argument, module);
      else this.flowProperty(argument, property, module);
    }
  }

  private calleesOf({ callee }: ESTree.CallExpression, module: ParsedModule): readonly FunctionInfo[] {
    if (callee.type === 'MemberExpression') return this.membersNamed(lastName(callee), module);
    if (callee.type !== 'Identifier') return [];
    const from = this.byPath.get(module.imports.get(callee.name) ?? '') ?? module;
    return from.functions.filter(({ name, isMember }) => name === callee.name && !isMember);
  }

  /** Methods of that name in the file, or else the only one of all files. */
  private membersNamed(name: string, module: ParsedModule): readonly FunctionInfo[] {
    const all = this.members.get(name) ?? [];
    const near = all.filter((info) => info.module === module);
    return near.length > 0 ? near : all.length === 1 ? all : [];
  }
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** Expressions whose values become part of the value of this one. */
function partsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'TemplateLiteral':
      return node.expressions;
    case 'BinaryExpression':
    case 'LogicalExpression':
      return [node.left, node.right];
    case 'ConditionalExpression':
      return [node.consequent, node.alternate];
    case 'ArrayExpression':
      return node.elements.filter((element) => element !== null);
    case 'ObjectExpression':
      return node.properties.map((entry) => (entry.type === 'Property' ? entry.value : entry.argument));
    case 'SpreadElement':
    case 'AwaitExpression':
      return [node.argument];
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ChainExpression':
      return [node.expression];
    case 'ArrowFunctionExpression':
      return node.expression ? [node.body] : [];
    case 'NewExpression':
      return node.arguments;
    case 'MemberExpression':
      return node.computed ? [node.object] : [];
    case 'CallExpression':
      return node.callee.type === 'MemberExpression' && KEEPS_TEXT.has(lastName(node.callee))
        ? [node.callee.object, ...node.arguments]
        : [];
    default:
      return [];
  }
}

/** The bindings of the innermost scope that has the name at a position. */
function bindingsAt({ bindings }: ParsedModule, name: string, at: number): readonly Binding[] {
  const around = (bindings.get(name) ?? []).filter(({ scope }) => scope.start <= at && at < scope.end);
  const innermost = Math.max(...around.map(({ scope }) => scope.start));
  return around.filter(({ scope, kind }) => scope.start === innermost || kind === 'value');
}

const lastName = (callee: Node): string =>
  callee.type === 'MemberExpression' ? keyName(callee.property) : callee.type === 'Identifier' ? callee.name : '';

function* propertiesOf({ news, calls, functions }: ParsedModule): Generator<{ value: Node; property: string }> {
  const roots = [...news, ...calls].flatMap((call) => call.arguments as Node[]);
  const results = functions.flatMap((info) => info.results);
  for (const node of [...roots, ...results]) {
    if (node.type !== 'ObjectExpression') continue;
    for (const entry of node.properties)
      if (entry.type === 'Property') yield { value: entry.value, property: keyName(entry.key) };
  }
}
