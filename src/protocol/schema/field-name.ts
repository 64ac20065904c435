/** Words a Python attribute cannot be. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** The Python attribute of a wire field: `gpuMemMiB` → `gpu_mem_mib`. */
export const attributeOf = (field: string): string =>
  field.replace('MiB', 'Mib').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Why fields cannot be attributes of one Python object, or undefined. */
export function fieldNamesProblem(fields: readonly string[]): string | undefined {
  const attributes = fields.map(attributeOf);
  const wrong = fields.find(
    (field, index) => !/^[a-z][A-Za-z0-9_]*$/.test(field) || KEYWORDS.has(attributes[index] ?? ''),
  );
  if (wrong !== undefined) return `field '${wrong}' cannot be a Python attribute, a camelCase name is needed`;
  const twin = fields.find((_field, index) => attributes.indexOf(attributes[index] ?? '') !== index);
  return twin === undefined
    ? undefined
    : `field '${twin}' and another are both '${attributeOf(twin)}' in Python, different names are needed`;
}
