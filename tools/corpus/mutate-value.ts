import type { RandomStream } from '../../src/random/stream.ts';
import { pick } from './pick.ts';
import { raw } from './raw-text.ts';

type Path = readonly (string | number)[];

const REPLACEMENTS: readonly unknown[] = [
  [null, true, false, '', 'x', ' ', '1', 'null', [], {}, [null], { a: 1 }, 0, -1, 1.5, -0.5, 2 ** 53, 1e21],
  ['a\n', 'é', '😀'.repeat(40), 'x'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), '0'.repeat(63), '0'.repeat(64)],
  [
    'hello',
    'request',
    'frame',
    'file',
    'toString',
    65_537,
    257,
    64,
    63,
    -(2 ** 53),
    Array(9).fill(1),
    Array(65).fill('a'),
  ],
].flat();

const RAW_TEXTS: readonly string[] = [
  ['1.0', '1e2', '1E+2', '10e-1', '0.0', '-0', '-0.0', '1e400', '-1e400', '1e-400', '-1e-400', '1e308', '2e308'],
  ['NaN', 'Infinity', '-Infinity', 'nan', 'undefined', '01', '1.', '.5', '+1', '0x10', '1_000', '- 1', '1e', '--1'],
  ['9007199254740991', '9007199254740992', '9007199254740993', '9007199254740990.6', '9007199254740991.4'],
  ['-9007199254740991', '-9007199254740992', '18446744073709551615', '18446744073709551616', '123456789012345678901'],
  [
    '9223372036854775808',
    '-9223372036854775809',
    '0.1e1',
    '1.5e1',
    '123e-2',
    `1${'0'.repeat(400)}`,
    `0.${'1'.repeat(400)}`,
  ],
  [
    '"\\ud800"',
    '"\\udc00x"',
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\t"',
    '"\\x41"',
    "'x'",
    '"\\u00e9"',
    '"\\/"',
    '"\u007f"',
  ],
  [
    'True',
    'None',
    'TRUE',
    'nul',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '{"__proto__":1}',
    '{"constructor":1}',
    '{"a":1,"a":"x"}',
  ],
  [`${'['.repeat(30)}${']'.repeat(30)}`, `${'['.repeat(80)}${']'.repeat(80)}`, '[1 2]', '"a" "b"', '/*c*/1'],
].flat();

/** A value with one to three changes at random places: other values, raw texts, fields lost, added or renamed. */
export function mutateValue(value: unknown, stream: RandomStream): unknown {
  const changes = 1 + (stream.uniform() < 0.2 ? stream.below(3) : 0);
  let mutated = value;
  for (let change = 0; change < changes; change += 1) {
    mutated = changeAt(mutated, pick(pathsOf(mutated), stream), (inner) => changed(inner, stream));
  }
  return mutated;
}

/** Undefined means: this field or element goes away. */
function changed(value: unknown, stream: RandomStream): unknown {
  const kind = stream.uniform();
  if (isRecord(value) && kind < 0.6) return changedFields(value, stream);
  if (kind < 0.75) return raw(pick(RAW_TEXTS, stream));
  if (kind < 0.9) return pick(REPLACEMENTS, stream);
  return Array.isArray(value) && stream.uniform() < 0.5 ? [...value, ...value, ...value] : undefined;
}

function changedFields(record: Record<string, unknown>, stream: RandomStream): Record<string, unknown> {
  const fields = Object.entries(record);
  const index = fields.length === 0 ? 0 : stream.below(fields.length);
  const [field, value] = fields[index] ?? ['none', 0];
  switch (stream.below(4)) {
    case 0:
      return Object.fromEntries(fields.toSpliced(index, 1));
    case 1:
      return { ...record, [pick(['extra', `${field}_`, 'type', 'kind', 'toString', ''], stream)]: value };
    case 2:
      return Object.fromEntries(
        fields.toSpliced(index, 1, [pick([snake(field), field.toUpperCase(), ` ${field}`], stream), value]),
      );
    default:
      return Object.fromEntries(fields.toReversed());
  }
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  const entries = isRecord(value) || Array.isArray(value) ? Object.entries(value) : [];
  const steps = entries.map(([key, inner]) => [Array.isArray(value) ? Number(key) : key, inner] as const);
  return [path, ...steps.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function changeAt(value: unknown, [key, ...rest]: Path, change: (inner: unknown) => unknown): unknown {
  if (key === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    const inner = rest.length === 0 ? change(value[Number(key)]) : changeAt(value[Number(key)], rest, change);
    return inner === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), inner);
  }
  if (!isRecord(value)) return value;
  const inner = rest.length === 0 ? change(value[key]) : changeAt(value[key], rest, change);
  return inner === undefined ? without(value, String(key)) : { ...value, [key]: inner };
}

const without = (record: Record<string, unknown>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([field]) => field !== key));

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
