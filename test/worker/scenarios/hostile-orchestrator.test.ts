import { expect, it } from 'vitest';
import { openStream } from '../../../src/random/stream.ts';
import { openBareOrchestrator } from '../../support/bare-orchestrator.ts';
import { createHostileMessages } from '../../support/hostile-messages.ts';
import { residentMiB } from '../../support/resident-memory.ts';

const MESSAGES = 100_000;
const BETWEEN_ECHOES = 500;
/** Growth of the worker's resident memory in the second half, which repeats the first: what is loaded on first use is loaded. */
const GREATEST_GROWTH_MIB = 8;

it(`a worker outlives ${MESSAGES} hostile messages: typed errors or silence, and it still answers`, async () => {
  const worker = await openBareOrchestrator();
  const sendHalf = async (half: number): Promise<void> => {
    const stream = openStream(['hostile-orchestrator']);
    const next = createHostileMessages({ root: 'FromOrchestrator', session: 's1', id: 'again', stream });
    for (let sent = 0; sent < MESSAGES / 2; sent += BETWEEN_ECHOES) {
      await Promise.all(Array.from({ length: BETWEEN_ECHOES }, () => worker.send(next())));
      const text = `echo-${half}-${sent}`;
      expect(await worker.echo(text)).toMatchObject({ type: 'result', data: { text } });
    }
  };
  await sendHalf(1);
  const early = residentMiB(worker.pid);
  await sendHalf(2);
  const growth = residentMiB(worker.pid) - early;
  expect(growth).toBeLessThan(GREATEST_GROWTH_MIB);
  for (const code of ['BAD_MESSAGE', 'UNSUPPORTED', 'KEY_CONFLICT']) expect(worker.counts.get(code)).toBeGreaterThan(0);
  expect(worker.counts.get('broken')).toBeUndefined();
  expect(await worker.close()).toBe(0);
});
