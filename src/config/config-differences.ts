import { canonicalJson } from '../base/text/canonical-json.ts';

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

/** `acquisition.<policy>` holds the options of one policy. */
const isPolicyBlock = (key: string): boolean => key.split('.').length === 2 && key.startsWith('acquisition.');

/** What may differ between the runs of one comparison. */
const mayDiffer = (key: string, isBlock: boolean): boolean => MAY_DIFFER.has(key) || (isBlock && isPolicyBlock(key));

/** Tells by its dotted key (and whether it is a mapping on both sides) that a difference does not matter. */
type Ignored = (key: string, isBlock: boolean) => boolean;

/** Differences of two configurations, each as `key: left against right`; without `ignored`, those that make runs incomparable. */
export function configDifferences(left: Plain, right: Plain, ignored: Ignored = mayDiffer): string[] {
  return differingKeys(left, right, '', ignored).map(
    (key) => `${key}: ${canonicalJson(at(left, key)) ?? 'absent'} against ${canonicalJson(at(right, key)) ?? 'absent'}`,
  );
}

function differingKeys(left: Plain, right: Plain, prefix: string, ignored: Ignored): string[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
  return names.flatMap((name) => {
    const key = prefix + name;
    const [one, other] = [left[name], right[name]];
    const isBlock = isPlain(one) && isPlain(other);
    if (ignored(key, isBlock) || canonicalJson(one) === canonicalJson(other)) return [];
    return isBlock ? differingKeys(one, other, `${key}.`, ignored) : [key];
  });
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (config: Plain, key: string): unknown =>
  key.split('.').reduce<unknown>((value, name) => (isPlain(value) ? value[name] : undefined), config);
