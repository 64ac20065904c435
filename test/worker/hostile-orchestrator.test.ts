import { expect, it } from 'vitest';
import { openStream } from '../../src/random/stream.ts';
import { openBareOrchestrator } from '../support/bare-orchestrator.ts';
import { createHostileMessages } from '../support/hostile-messages.ts';
import { residentMiB } from '../support/resident-memory.ts';

const MESSAGES = 100_000;
const BETWEEN_ECHOES = 500;
/** Growth of the worker's resident memory from 20 % of the messages to all of them. */
const GREATEST_GROWTH_MIB = 8;

it(`a worker outlives ${MESSAGES} hostile messages: typed errors or silence, and it still answers`, async () => {
  const worker = await openBareOrchestrator();
  const stream = openStream(['hostile-orchestrator']);
  const next = createHostileMessages({ root: 'FromOrchestrator', session: 's1', id: 'again', stream });
  let early = 0;
  for (let sent = 0; sent < MESSAGES; sent += BETWEEN_ECHOES) {
    if (sent === MESSAGES / 5) early = residentMiB(worker.pid);
    await Promise.all(Array.from({ length: BETWEEN_ECHOES }, () => worker.send(next())));
    expect(await worker.echo(`echo-${sent}`)).toMatchObject({ type: 'result', data: { text: `echo-${sent}` } });
  }
  const growth = residentMiB(worker.pid) - early;
  expect(growth).toBeLessThan(GREATEST_GROWTH_MIB);
  for (const code of ['BAD_MESSAGE', 'UNSUPPORTED', 'KEY_CONFLICT']) expect(worker.counts.get(code)).toBeGreaterThan(0);
  expect(worker.counts.get('broken')).toBeUndefined();
  expect(await worker.close()).toBe(0);
});
