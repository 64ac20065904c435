import { Document, isScalar, Scalar, visit } from 'yaml';
import { printable } from '../../base/text/printable.ts';

/** A tree as YAML that may be printed: what has to be escaped stands in double quotes, where the escape is the value. */
export function renderYaml(tree: unknown): string {
  const document = new Document(tree);
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && printable(node.value) !== node.value)
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString();
}
