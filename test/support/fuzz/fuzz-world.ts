import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { writeMeasuredRun } from '../measured-run.ts';
import { npyBytes } from '../npy-bytes.ts';
import { writeTinyConfig } from '../tiny-config.ts';
import { writeTinyStores } from '../tiny-stores.ts';

/** Valid inputs of every kind, and things that are no files, in one folder. */
export interface FuzzWorld {
  readonly root: string;
  readonly dataset: string;
  readonly store: string;
  readonly run: string;
  readonly config: string;
  readonly source: string;
  readonly template: string;
  readonly embeddings: string;
  readonly list: string;
  readonly connection: string;
  readonly columns: string;
  /** Paths that lead to something other than a file. */
  readonly odd: readonly string[];
}

/** Writes it below an existing folder. Workers cannot start from here: BALPM_PYTHON names no program. */
export async function makeFuzzWorld(root: string): Promise<FuzzWorld> {
  process.env['BALPM_PYTHON'] = join(root, 'no-python');
  const at = (name: string): string => join(root, name);
  const { dataset, stores } = await writeTinyStores(root);
  const config = writeTinyConfig(root);
  const loaded = await loadConfig(config, ['acquisition.policy=random', 'rounds=2']);
  await writeMeasuredRun(at('run'), loaded);
  const pair = { prompt: 'p', response_a: 'a', response_b: 'b', preferred: 'a' };
  writeFileSync(at('pairs.jsonl'), `${JSON.stringify(pair)}\n${JSON.stringify({ ...pair, prompt: 'q' })}\n`);
  writeFileSync(at('template.yaml'), 'prompt: "{prompt}"\nresponse: "{prompt}{response}"\n');
  writeFileSync(
    at('X.npy'),
    npyBytes(
      '<f4',
      '(6, 2)',
      new Float32Array(12).map((_, index) => index),
    ),
  );
  writeFileSync(at('list.json'), '[0, 1]');
  writeFileSync(at('columns.jsonl'), '{"id":"train-0","x":1}\n');
  mkdirSync(at('worker'), { mode: 0o700 });
  writeFileSync(at('worker/connection.json'), JSON.stringify(CONNECTION), { mode: 0o600 });
  return {
    root,
    dataset,
    store: stores[1] as string,
    run: at('run'),
    config,
    source: at('pairs.jsonl'),
    template: at('template.yaml'),
    embeddings: at('X.npy'),
    list: at('list.json'),
    connection: at('worker/connection.json'),
    columns: at('columns.jsonl'),
    odd: makeOddThings(at),
  };
}

function makeOddThings(at: (name: string) => string): readonly string[] {
  const names = ['fifo', 'fifo.jsonl', 'fifo.npy', 'fifo.safetensors', 'fifo.json', 'fifo.parquet'];
  execFileSync('mkfifo', names.map(at));
  symlinkSync('loop', at('loop'));
  symlinkSync('fifo', at('to-fifo'));
  symlinkSync('nowhere', at('dangling'));
  mkdirSync(at('folder.jsonl'));
  writeFileSync(at('empty'), '');
  const others = ['loop', 'to-fifo', 'dangling', 'folder.jsonl', 'empty', 'empty/x', 'loop/x', 'x'.repeat(300)];
  return [...names, ...others].map(at);
}

const CONNECTION = {
  schemaVersion: 1,
  endpoints: ['tcp://127.0.0.1:9'],
  serverKey: 'a'.repeat(40),
  publicKey: 'a'.repeat(40),
  secretKey: 'a'.repeat(40),
  token: '0'.repeat(32),
  schemaSha: '0'.repeat(64),
  runDir: null,
  device: 'cpu',
  threads: 1,
  patience: { heartbeatIntervalMs: 1000, heartbeatTimeoutMs: 2000, joinMs: 1000, reconnectMs: 1000 },
};
