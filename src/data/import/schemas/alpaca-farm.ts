import { badField, describeValue } from '../field.ts';
import type { RecordValues } from '../sources/source-record.ts';
import type { SourceSchema } from './schema.ts';

/** AlpacaFarm human preferences: instruction, input (may be empty), output_1, output_2, preference 1 or 2. */
export const alpacaFarm: SourceSchema = {
  columns: { prompt: 'instruction', responseA: 'output_1', responseB: 'output_2', preferred: 'preference' },
  reads: ['input'],
  adds: [],
  derive: (values, where) => ({
    ...values,
    instruction: withInput(values, where),
    preference: sideOf(values['preference'], where),
  }),
  splits: { preference: 'train' },
  idsWithinSplit: false,
};

const SIDES: ReadonlyMap<unknown, 'a' | 'b'> = new Map([
  [1, 'a'],
  [2, 'b'],
]);

/** The instruction, and any input on a separate line. */
function withInput({ instruction, input }: RecordValues, where: string): unknown {
  if (input === undefined || input === null || input === '') return instruction;
  if (typeof input !== 'string') throw badField(where, 'input', describeValue(input), 'text');
  return typeof instruction === 'string' && instruction.trim() !== '' ? `${instruction}\n${input}` : instruction;
}

function sideOf(preference: unknown, where: string): 'a' | 'b' | null {
  if (preference === undefined || preference === null) return null;
  const side = SIDES.get(typeof preference === 'bigint' ? Number(preference) : preference);
  if (side !== undefined) return side;
  throw badField(where, 'preference', describeValue(preference), '1 or 2');
}
