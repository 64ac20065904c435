import { canonicalJson } from '../base/canonical-json.ts';

type Plain = Readonly<Record<string, unknown>>;

/** Dotted keys of what may differ between runs of one comparison: who ran it, where, and how the batch is picked. */
const MAY_DIFFER = new Set([
  'name',
  'seed',
  'output',
  'sweep',
  'worker.python',
  'worker.startTimeoutSeconds',
  'acquisition.policy',
  'acquisition.name',
]);

/** Differences of two configurations that make their runs incomparable, each as `key: left against right`. */
export function configDifferences(left: Plain, right: Plain): string[] {
  return differingKeys(left, right, '').map(
    (key) => `${key}: ${canonicalJson(at(left, key)) ?? 'absent'} against ${canonicalJson(at(right, key)) ?? 'absent'}`,
  );
}

function differingKeys(left: Plain, right: Plain, prefix: string): string[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
  return names.flatMap((name) => {
    const key = prefix + name;
    const [one, other] = [left[name], right[name]];
    if (MAY_DIFFER.has(key) || canonicalJson(one) === canonicalJson(other)) return [];
    if (!isPlain(one) || !isPlain(other)) return [key];
    return isPolicyBlock(key) ? [] : differingKeys(one, other, `${key}.`);
  });
}

/** `acquisition.<policy>` holds the options of one policy. */
const isPolicyBlock = (key: string): boolean => key.split('.').length === 2 && key.startsWith('acquisition.');

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (config: Plain, key: string): unknown =>
  key.split('.').reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), config);
