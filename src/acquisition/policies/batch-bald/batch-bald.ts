import { z } from 'zod';
import { largest } from '../../../math/largest.ts';
import { measureOf, samplesOf } from '../../context.ts';
import { mostUncertain } from '../../kernels/candidates.ts';
import { outcomeChances } from '../../kernels/outcome-chances.ts';
import { definePolicy, NO_NEEDS, type Pick, type PolicyContext } from '../../policy.ts';
import { type JointPick, pickJointly } from './pick-jointly.ts';

const options = z.strictObject({
  outcomes: z
    .int()
    .min(2)
    .max(65536)
    .default(128)
    .describe('joint outcomes kept: exact while 2^picks is at most this, drawn by their probability from then on'),
  candidates: z.int().min(1).default(4096).describe('most uncertain items the joint picks are chosen from'),
  full: z
    .number()
    .gt(0)
    .max(1)
    .default(0.95)
    .describe('share of ln S (S posterior samples) at which the joint information counts as exhausted'),
});
type BatchBald = z.output<typeof options>;

/** BatchBALD: greedy picks of the largest growth of I(y_1…y_b; θ), so that a batch does not ask one thing twice. */
export const batchBald = definePolicy({
  name: 'batch-bald',
  summary: 'BatchBALD: what the labels of a batch tell together about the posterior, greedily',
  noInclusion: 'greedy by joint outcomes, most of them drawn: no probability in closed form',
  options,
  create: (chosen) => ({
    needs: { ...NO_NEEDS, measures: ['epistemic'], samples: true },
    select: (context) => select(context, chosen),
  }),
});

async function select(context: PolicyContext, { outcomes, candidates, full }: BatchBald): Promise<readonly Pick[]> {
  if (context.pool.length === 0) return [];
  const picks = Math.min(context.batch, context.pool.length);
  const positions = mostUncertain(context, Math.max(candidates, picks));
  const source = samplesOf(context);
  const logits = await source.logits(positions.map((position) => context.pool[position]!));
  const chances = outcomeChances(logits, source.samples);
  const joint = pickJointly(chances, { picks, outcomes, full }, context.stream);
  const explained = joint.map(({ pair, ...pick }) => ({ position: positions[pair]!, ...pick }));
  if (joint.length < picks) context.note(fillNote(context, explained, { picks, samples: source.samples }));
  return [...explained.map((pick) => jointPick(context, pick)), ...fill(context, explained, picks)];
}

type Explained = Omit<JointPick, 'pair'> & { readonly position: number };

function jointPick(context: PolicyContext, { position, gain, information }: Explained): Pick {
  const epistemic = measureOf(context, 'epistemic')[position]!;
  return { item: context.pool[position]!, score: gain, terms: { epistemic, gain, information } };
}

/** The most uncertain items left: what they tell together is nothing new, what each tells alone still ranks them. */
function fill(context: PolicyContext, joint: readonly Explained[], picks: number): readonly Pick[] {
  if (joint.length === picks) return [];
  const epistemic = measureOf(context, 'epistemic').slice();
  for (const { position } of joint) epistemic[position] = -Infinity;
  const information = joint.at(-1)?.information ?? 0;
  return Array.from(largest(epistemic, picks - joint.length), (position) => ({
    item: context.pool[position]!,
    score: 0,
    terms: { epistemic: epistemic[position]!, gain: 0, information },
  }));
}

function fillNote(
  { round }: PolicyContext,
  joint: readonly Explained[],
  { picks, samples }: { readonly picks: number; readonly samples: number },
): string {
  const information = (joint.at(-1)?.information ?? 0).toFixed(3);
  const most = Math.log(samples).toFixed(3);
  const rest = `the other ${picks - joint.length} of the batch are the most uncertain items left`;
  return `In round ${round} ${joint.length} labels tell ${information} of the ${most} nats that ${samples} posterior samples can differ by: ${rest}`;
}
