import type { ESTree } from 'rolldown/utils';
import { errorTexts } from './error-flow.ts';
import { keyName, type Node, type ParsedModule } from './parsed-module.ts';
import { type Area, isProse, type Prose } from './prose.ts';
import { renderText } from './render-text.ts';
import { walk } from './walk.ts';

/** Commander's methods by the position of their text. */
const HELP_METHODS: Readonly<Record<string, number>> = {
  description: 0,
  summary: 0,
  option: 1,
  requiredOption: 1,
  argument: 1,
  addHelpText: 1,
  withExamples: 1,
};
const HELP_PROPERTIES = new Set(['summary', 'description', 'help']);

/** What only an error says, wherever it is written. */
const READS_AS_ERROR = /^(?:(?:error|warning): )?Cannot |\b(?:is|are) needed$/;

/** Every text of TypeScript files that a person may read, in the order of the files: errors, help, config, other text. */
export function typescriptProse(modules: readonly ParsedModule[]): Prose[] {
  const errors = errorTexts(modules);
  return modules.flatMap((module) => proseOf(module, areasOf(module, errors.get(module) ?? new Set())));
}

/** The area of a node that holds texts; what is below it has the same. */
function areasOf(module: ParsedModule, errors: ReadonlySet<Node>): ReadonlyMap<Node, Area> {
  const areas = new Map<Node, Area>();
  walk(module.program, (node) => {
    if (node.type === 'CallExpression') markCall(node, areas);
    else if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'Option')
      mark(areas, node.arguments[1], 'help');
    else if (node.type === 'Property' && HELP_PROPERTIES.has(keyName(node.key))) mark(areas, node.value, 'help');
  });
  for (const node of errors) if (!areas.has(node)) areas.set(node, 'errors');
  return areas;
}

function markCall({ callee, arguments: given }: ESTree.CallExpression, areas: Map<Node, Area>): void {
  const name =
    callee.type === 'MemberExpression' ? keyName(callee.property) : callee.type === 'Identifier' ? callee.name : '';
  if (name === 'describe') mark(areas, given[0], 'config');
  else if (Object.hasOwn(HELP_METHODS, name)) mark(areas, given[HELP_METHODS[name] as number], 'help');
}

function mark(areas: Map<Node, Area>, node: Node | undefined, area: Area): void {
  if (node !== undefined) areas.set(node, area);
}

function proseOf(module: ParsedModule, areas: ReadonlyMap<Node, Area>): Prose[] {
  const found: Prose[] = [];
  const area = new Map<Node, Area>();
  const inText = new Set<Node>();
  walk(module.program, (node, parent) => {
    const own = areas.get(node) ?? (parent === null ? undefined : area.get(parent)) ?? 'text';
    area.set(node, own);
    if (parent !== null && inText.has(parent) && isTextual(node)) {
      inText.add(node);
      return;
    }
    const text = isTextual(node) && !isNameOf(node, parent) ? renderText(node, module.source) : null;
    if (text === null) return;
    inText.add(node);
    const kind = own === 'text' && READS_AS_ERROR.test(text) ? 'errors' : own;
    if (isProse(text) || text.startsWith('Cannot '))
      found.push({ file: module.path, line: lineAt(module.source, node.start), area: kind, text });
  });
  return found;
}

const isTextual = ({ type }: Node): boolean =>
  type === 'Literal' || type === 'TemplateLiteral' || type === 'BinaryExpression';

/** Whether a literal is no value: the file of an import, a type, the name of a property. */
const isNameOf = (node: Node, parent: Node | null): boolean =>
  parent?.type === 'ImportDeclaration' ||
  parent?.type === 'TSLiteralType' ||
  (parent?.type === 'Property' && parent.key === node);

/** Line of an offset, from 1. */
export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf('\n'); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) line++;
  return line;
}
