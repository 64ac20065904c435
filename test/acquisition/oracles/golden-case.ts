import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseNpyHeader } from '../../../src/data/npy/npy-header.ts';

const CaseFile = z.object({
  preset: z.enum(['paper', 'reference']),
  shiftPoolRows: z.boolean(),
  k: z.int(),
  beta: z.number(),
  digammaDivisor: z.number(),
  batch: z.int(),
  rounds: z.int(),
  initial: z.array(z.int()),
  poolOrder: z.array(z.int()),
  picks: z.array(z.array(z.int())),
});

/** One golden selection case: features (items × dimension) and scores (rounds × items), row-major, and what is right. */
export type GoldenCase = z.infer<typeof CaseFile> & {
  readonly dimension: number;
  readonly features: Float32Array;
  readonly scores: Float32Array;
};

const root = process.env.BALPM_GOLDEN ?? join(process.env.BALPM_SHARED ?? '../shared', 'golden');

/** Where the golden selection cases lie: BALPM_GOLDEN, else golden/ of BALPM_SHARED, else of ../shared. */
export const goldenDirectory = resolve(root, 'selection');

/** Names of the golden selection cases; none only where BALPM_GOLDEN names no place: who names one wants its cases run. */
export function goldenCaseNames(): readonly string[] {
  const entries = existsSync(goldenDirectory) ? readdirSync(goldenDirectory).sort() : [];
  const names = entries.filter((name) => existsSync(join(goldenDirectory, name, 'case.json')));
  if (names.length === 0 && process.env.BALPM_GOLDEN !== undefined)
    throw new Error(
      `Cannot collect golden selection cases: '${goldenDirectory}' holds none, BALPM_GOLDEN with cases is needed`,
    );
  return names;
}

/** Reads one golden selection case. */
export function readGoldenCase(name: string): GoldenCase {
  const path = join(goldenDirectory, name);
  const features = readFloats(join(path, 'features.npy'));
  const scores = readFloats(join(path, 'scores.npy'));
  return {
    ...CaseFile.parse(JSON.parse(readFileSync(join(path, 'case.json'), 'utf8'))),
    dimension: features.shape[1]!,
    features: features.values,
    scores: scores.values,
  };
}

/** The float32 values of an .npy file and their shape. */
function readFloats(path: string): { shape: readonly number[]; values: Float32Array } {
  const bytes = readFileSync(path);
  const { type, shape, start } = parseNpyHeader(bytes, path);
  if (type !== '<f4') throw new Error(`Cannot read '${path}': its elements are '${type}'; expected '<f4'`);
  return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(start)).buffer) };
}
