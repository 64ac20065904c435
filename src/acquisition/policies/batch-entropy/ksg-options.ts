import { z } from 'zod';
import type { PoolSize } from '../../policy.ts';
import type { KsgSwitches } from './switches.ts';

const own = <Choice extends z.ZodType>(choice: Choice, sentence: string) =>
  choice.nullable().default(null).describe(`${sentence}; null: as the preset`);

/** Options of BAL-PM; policies of its family take from these what applies to them. */
export const ksgOptions = z.strictObject({
  preset: z
    .enum(['paper', 'reference'])
    .default('paper')
    .describe('the equations, or the published code with its quirks'),
  k: z.int().min(1).default(13).describe('neighbours within the local scale D'),
  beta: z.number().min(0).default(0.01).describe('weight of the entropy term h against U'),
  betaScale: z
    .enum(['absolute', 'spread'])
    .default('absolute')
    .describe('beta as it is, or times the standard deviation of U over the pool of the round'),
  digammaDivisor: z.number().positive().default(1).describe('d in ψ(n + 1)/d'),
  standardise: z.boolean().default(false).describe('whether h is standardised over the items left before every pick'),
  neighbourScope: own(
    z.enum(['all', 'pool']),
    'prompts that count as neighbours: of all items, or of the remaining pool',
  ),
  selfCounts: own(z.boolean(), 'whether an item is its own first neighbour'),
  shiftPoolRows: own(z.boolean(), 'whether only the pool’s rows are shifted by −μ/σ before acquired rows are counted'),
  duplicates: own(z.enum(['distinct', 'rows']), 'items with one prompt: one neighbour together, or one each'),
  precision: own(z.enum(['float64', 'float32']), 'how U is rounded'),
});

/** More neighbours than the pool has from the start is a mistake; fewer later on is the pool running out. */
export function neighbourObjection(
  { k, switches }: { readonly k: number; readonly switches: Pick<KsgSwitches, 'duplicates' | 'selfCounts'> },
  { items, prompts }: PoolSize,
): string | null {
  const counted = switches.duplicates === 'distinct' ? prompts : items;
  const available = switches.selfCounts ? counted : counted - 1;
  return k <= available ? null : `k ${k}: an item of the pool has ${available} neighbours, at most that is needed`;
}
