import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { balpm, makeScratch, ROOT } from '../../support/balpm.ts';
import { makeTwoHosts, type TwoHosts } from '../../support/network-namespaces.ts';
import { writeTinyConfig } from '../../support/tiny-config.ts';
import { changedFile, foreignKeys, until } from '../remote-worker.ts';
import { newDirectory, PYTHON } from '../test-worker.ts';

const scratch = makeScratch();
const hosts = await makeTwoHosts();
afterAll(async () => {
  await hosts?.remove();
  scratch.remove();
});

const MAIN = join(ROOT, 'dist/main.js');
const run = (host: 0 | 1, ...words: readonly string[]) => {
  const [command = '', ...rest] = [...(hosts as TwoHosts).on(host), process.execPath, ...words];
  return execa(command, rest, { cwd: ROOT, reject: false, stdin: 'ignore', env: { BALPM_PYTHON: PYTHON } });
};

describe.runIf(hosts !== undefined)('two hosts', () => {
  it('work on one run, whose digest is that of a local one; a foreign key is refused and logged', async () => {
    const config = writeTinyConfig(scratch.path);
    const directory = (id: string): string => join(scratch.path, 'runs', id);
    expect((await balpm(['run', '-c', config, '--id', 'local'])).status).toBe(0);
    const [address, foreign] = (hosts as TwoHosts).addresses;
    const orchestrator = run(0, MAIN, 'run', '-c', config, '--id', 'spread', `worker.listen=${address}`);
    const file = join(directory('spread'), 'worker/connection.json');
    await until(() => existsSync(file));
    const refused = await run(1, MAIN, 'worker', 'start', '--connect', changedFile(file, foreignKeys()));
    expect(refused.exitCode).toBe(3);
    const worker = await run(1, MAIN, 'worker', 'start', '--connect', file);
    expect([worker.exitCode, (await orchestrator).exitCode]).toEqual([0, 0]);
    const log = readFileSync(join(directory('spread'), 'worker.log'), 'utf8');
    expect(log).toContain(`Refused a worker from ${foreign}: its key is not on the list`);
    const digests = await Promise.all(['local', 'spread'].map((id) => balpm(['runs', 'digest', directory(id)])));
    expect(digests[1]?.stdout).toBe(digests[0]?.stdout);
  });

  it('both notice that the cable between them was cut', async () => {
    const file = join(newDirectory(), 'private', 'connection.json');
    const fixture = join(ROOT, 'test/worker/fixtures/listening-orchestrator.ts');
    const orchestrator = run(0, '--import', 'tsx', fixture, file, (hosts as TwoHosts).addresses[0]);
    await until(() => existsSync(file));
    const worker = run(1, MAIN, 'worker', 'start', '--connect', file);
    await new Promise((joined) => orchestrator.stdout.once('data', joined));
    await (hosts as TwoHosts).cut();
    expect((await orchestrator).stdout).toBe('joined\nWORKER_LOST');
    expect(await worker).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('the orchestrator is gone') });
  });
});
