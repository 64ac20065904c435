// An existing PyTorch reward model, chosen, trained, scored and given labels from TypeScript:
// `node examples/own-model/acquire.mjs [CONFIG [KEY=VALUE …]]`. Nothing of the model is known here but its file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExperiment } from 'balpm';

const [config = join(import.meta.dirname, '../../configs/quickstart.yaml'), ...given] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'own-model-'));
const show = (text) => process.stdout.write(`${text}\n`);

/** Runs `rounds` rounds with a class of the file and gives what the last round measured. */
async function run(name, rounds, onEvent = () => undefined) {
  const module = `${join(import.meta.dirname, 'two_heads.py')}:${name}`;
  let measured;
  await runExperiment({
    config,
    overrides: [
      ...given,
      'posterior.type=external',
      `posterior.module=${module}`,
      'acquisition.policy=top-k',
      `rounds=${rounds}`,
      `output.dir=${directory}`,
    ],
    id: `${name}-${rounds}`,
    onEvent: (event) => {
      if (event.type === 'round.measured') measured = event;
      onEvent(event);
    },
  });
  return measured;
}

try {
  // Chosen: whichever says more of held-out pairs after the first labels.
  const candidates = [];
  for (const name of ['Trained', 'Averaged']) {
    const { splits } = await run(name, 1);
    candidates.push({ name, logLikelihood: splits.validation.logLikelihood });
    show(`${name}: ${splits.validation.logLikelihood.toFixed(4)} nats a pair on validation`);
  }
  const { name: best } = candidates.toSorted((a, b) => b.logLikelihood - a.logLikelihood)[0];
  show(`chosen: ${best}`);

  // Trained, scored, acquired: every round the model picks the pairs its heads disagree about most.
  await run(best, 3, (event) => {
    if (event.type === 'round.measured')
      show(`${event.labels} labels: test accuracy ${event.splits.test.accuracy.toFixed(3)}`);
    if (event.type === 'batch.selected' && event.policy !== 'initial')
      show(`asks for ${event.ids.length} more, first ${event.ids[0]} (disagreement ${event.scores[0].toFixed(4)} nats)`);
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
