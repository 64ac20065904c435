import type { ESTree } from 'rolldown/utils';

type Node = ESTree.Node;

const LONGEST_PLACEHOLDER = 40;

/** A string as its author wrote it, with `{…}` for values; null when the expression is no literal, template or sum of such. */
export function renderText(node: Node, source: string): string | null {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : null;
    case 'TemplateLiteral':
      return node.quasis
        .map((part, index) => (part.value.cooked ?? part.value.raw) + after(node.expressions[index], source))
        .join('');
    case 'BinaryExpression':
      return node.operator === '+' ? renderSum(node, source) : null;
    case 'ParenthesizedExpression':
      return renderText(node.expression, source);
    default:
      return null;
  }
}

/** `'a ' + b` is `a {b}`; a sum without any string is none. */
function renderSum(node: ESTree.BinaryExpression, source: string): string | null {
  const sides = [node.left, node.right].map((side) => renderText(side, source));
  if (sides.every((side) => side === null)) return null;
  return sides.map((side, index) => side ?? placeholder([node.left, node.right][index] as Node, source)).join('');
}

const after = (node: Node | undefined, source: string): string =>
  node === undefined ? '' : (renderText(node, source) ?? placeholder(node, source));

/** `{name}` for short expressions, so that a reader knows what comes there; `{…}` for the others. */
function placeholder(node: Node, source: string): string {
  const text = source.slice(node.start, node.end).replaceAll(/\s+/g, ' ');
  return text.length > LONGEST_PLACEHOLDER || /[{}'"`]/.test(text) ? '{…}' : `{${text}}`;
}
