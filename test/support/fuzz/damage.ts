import fc from 'fast-check';
import { oddJson } from './odd-values.ts';

/** A change of a file's bytes. */
export type Damage = (bytes: Buffer) => Buffer;

const HOLE = '@@hole@@';

/** Puts a JSON text in the place of a value deep within a JSON document: `steps` lead there. */
export function replaceValue(text: string, steps: readonly number[], odd: string): string {
  const document: unknown = JSON.parse(text);
  return JSON.stringify(withHole(document, steps)).replace(`"${HOLE}"`, () => odd);
}

function withHole(value: unknown, [step, ...rest]: readonly number[]): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return HOLE;
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  const [key, inner] = entries[at] ?? [Array.isArray(value) ? String(entries.length) : 'added', undefined];
  const hole = inner === undefined ? HOLE : withHole(inner, rest);
  if (Array.isArray(value)) return Object.assign([...(value as unknown[])], { [key]: hole });
  return { ...value, [key]: hole };
}

const steps = fc.array(fc.nat(12), { maxLength: 4 });

/** Another value somewhere in a file that is one JSON document. */
export const damagedDocument: fc.Arbitrary<Damage> = fc.tuple(steps, oddJson).map(
  ([path, odd]) =>
    (bytes) =>
      Buffer.from(replaceValue(bytes.toString(), path, odd)),
);

/** Another value somewhere in a line of a JSON Lines file. */
export const damagedLine: fc.Arbitrary<Damage> = fc
  .tuple(fc.nat(), steps, oddJson)
  .map(([number, path, odd]) => (bytes) => {
    const lines = bytes.toString().split('\n');
    const at = number % Math.max(1, lines.length - 1);
    const line = lines[at];
    return Buffer.from(lines.with(at, line ? replaceValue(line, path, odd) : odd).join('\n'));
  });

const insert = (bytes: Buffer, at: number, text: Uint8Array | string): Buffer =>
  Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);

const BYTES: readonly Damage[] = [
  () => Buffer.alloc(0),
  () => Buffer.from('\ufeff'),
  () => Buffer.from('\n'),
  () => Buffer.from('null\n'),
  () => Buffer.alloc(64),
  (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  (bytes) => Buffer.concat([bytes, Buffer.alloc(9)]),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\r\n')),
  (bytes) => Buffer.from(bytes.toString().trimEnd()),
  (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
];

/** A file that was cut, grew, or lost a bit. */
export const damagedBytes: fc.Arbitrary<Damage> = fc.oneof(
  fc.constantFrom(...BYTES),
  fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
    ([at, text]) =>
      (bytes: Buffer) =>
        insert(bytes, at % (bytes.length + 1), text),
  ),
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, value]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at % copy.length] = value;
    return copy;
  }),
);

/** A change of a file that holds JSON, in one document or in lines. */
export const damagedJson = (isLines: boolean): fc.Arbitrary<Damage> =>
  fc.oneof({ weight: 3, arbitrary: isLines ? damagedLine : damagedDocument }, { weight: 1, arbitrary: damagedBytes });

/** Another header before the tensors of a safetensors file, its length as it is then or as it was. */
export const damagedTensors: fc.Arbitrary<Damage> = fc.oneof(
  { weight: 1, arbitrary: damagedBytes },
  {
    weight: 3,
    arbitrary: fc.tuple(steps, oddJson, fc.boolean()).map(([path, odd, isTold]) => (bytes: Buffer) => {
      const length = Number(bytes.readBigUInt64LE(0));
      const header = Buffer.from(replaceValue(bytes.toString('utf8', 8, 8 + length), path, odd));
      const told = Buffer.alloc(8);
      told.writeBigUInt64LE(BigInt(isTold ? header.length : length));
      return Buffer.concat([told, header, bytes.subarray(8 + length)]);
    }),
  },
);
