// An existing PyTorch model steered by hand: short calls, plain numbers, its state lives in the Python process.
import { join } from 'node:path';
import { openPython, WorkerFailure } from 'balpm';
import { z } from 'zod';

const file = join(import.meta.dirname, 'two-heads', 'by_hand.py');
const Rewards = z.strictObject({ helpful: z.array(z.number()), harmless: z.array(z.number()) });
const chosen = [1, 2, 3, 4].map((row) => Array.from({ length: 8 }, (_, column) => Math.cos(row * column)));
const rejected = [1, 2, 3, 4].map((row) => Array.from({ length: 8 }, (_, column) => Math.sin(row * column)));

const python = await openPython();
const call = (name, payload, answer, more = {}) =>
  python.invoke({ name: `${file}:${name}`, payload, answer, timeoutMs: 60_000, ...more });
const show = (text) => process.stdout.write(`${text}\n`);
try {
  const before = await call('rewards', { inputs: chosen }, Rewards);
  show(`helpful ${before.helpful.map((reward) => reward.toFixed(2)).join(' ')}`);

  const bias = await call('set_head', { head: 'helpful', bias: 1, learningRate: 0.1 }, z.number());
  const after = await call('rewards', { inputs: chosen }, Rewards);
  show(`bias ${bias.toFixed(2)} -> 1.00 moves them by ${(after.helpful[0] - before.helpful[0]).toFixed(2)}`);

  const losses = await call('train', { chosen, rejected, steps: 20 }, z.array(z.number()));
  show(`loss ${losses[0].toFixed(3)} -> ${losses.at(-1).toFixed(3)} nats a pair in ${losses.length} steps`);

  // Too much at once: given up after a moment, and the model is still there.
  const stop = AbortSignal.timeout(500);
  await call('train', { chosen, rejected, steps: 100_000_000 }, z.array(z.number()), { signal: stop }).catch((error) => {
    if (!(error instanceof WorkerFailure)) throw error;
    show(error.code);
  });
  const [loss] = await call('train', { chosen, rejected, steps: 1 }, z.array(z.number()));
  show(`loss ${loss < losses.at(-1) ? 'went on falling' : 'did not fall'}`);

  // What goes wrong in Python comes back with its words, file and line.
  await call('rewards', { inputs: [[1, 2, 3]] }, Rewards).catch(({ code, details }) =>
    show(`${code} ${details.pyType} line ${details.line}`),
  );
} finally {
  await python.close();
}
