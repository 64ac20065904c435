/** Deeper than anything that is written here or read; what is nested without end breaks whoever walks through it. */
const DEEPEST = 128;

/** The value of a JSON text. @throws Error saying what is wrong with it: no JSON, or nested too deeply. */
export function parseJson(text: string): unknown {
  return refuseDeep(JSON.parse(text));
}

/** The value itself. @throws Error when it is nested too deeply. */
export function refuseDeep(value: unknown): unknown {
  if (isDeeper(value, DEEPEST)) throw new Error(`it is nested deeper than ${DEEPEST} levels`);
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isDeeper(inner, levels - 1));
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  return false;
}
