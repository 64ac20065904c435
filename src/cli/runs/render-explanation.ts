import { excerpt } from '../../data/description/excerpt.ts';
import type { BatchExplanation, PickExplanation } from '../../explain/explain-batch.ts';

const LISTED = 3;

/** An explained batch as text: a line on the state, then each pick with its terms, ranks, texts and neighbours. */
export function renderExplanation({ picks, ...batch }: BatchExplanation): string[] {
  const { run, round, policy, pool, acquired, control } = batch;
  const drawn = control === 0 ? '' : ` (and ${control} drawn at random for the control)`;
  return [
    `${run} round ${round}: ${batch.batch} picks of ${policy}${drawn} from ${pool} items after ${acquired} labels, reproduced`,
    ...picks.flatMap((pick, index) => ['', ...renderPick(pick, index + 1, pool)]),
  ];
}

function renderPick(pick: PickExplanation, number: number, pool: number): string[] {
  const { id, score, terms, measures, distance, nearest } = pick;
  const ranks = Object.entries(measures).map(([name, { rank }]) => `${name} ${rank}`);
  const values = Object.entries(terms).map(([name, value]) => `${name} ${shorten(value)}`);
  return [
    `${number}  ${excerpt(id)}${score === null ? '' : `  score ${shorten(score)}`}`,
    ...(values.length === 0 ? [] : [`  terms   ${values.join('  ')}`]),
    `  ranks   ${ranks.join('  ')}  (of ${pool})`,
    `  apart   ${shorten(distance.value)}, rank ${distance.rank} of ${pool}; more uncertain than ${(100 * distance.uncertaintyAmongSimilar).toFixed(0)} % of the pairs about as far apart`,
    `  prompt  ${pick.prompt}`,
    `  a       ${pick.response_a}`,
    `  b       ${pick.response_b}`,
    ...nearest.map(
      (prompt) => `  near    ${shorten(prompt.distance)}  ${renderItems(prompt.items)}  ${excerpt(prompt.prompt)}`,
    ),
  ];
}

function renderItems(items: PickExplanation['nearest'][number]['items']): string {
  const more = items.length > LISTED ? `, ${items.length - LISTED} more` : '';
  const listed = items.slice(0, LISTED).map(({ id, round }) => `${excerpt(id)} (round ${round})`);
  return listed.join(', ') + more;
}

const shorten = (value: number): string => value.toPrecision(4);
