import type { ESTree } from 'rolldown/utils';

/** Visits a node and everything below it in the order of the source. */
export function walk(node: ESTree.Node, visit: (node: ESTree.Node, parent: ESTree.Node | null) => void): void {
  const descend = (child: ESTree.Node, parent: ESTree.Node | null): void => {
    visit(child, parent);
    for (const value of Object.values(child)) {
      if (Array.isArray(value)) {
        for (const item of value) if (isNode(item)) descend(item, child);
      } else if (isNode(value)) descend(value, child);
    }
  };
  descend(node, null);
}

const isNode = (value: unknown): value is ESTree.Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
