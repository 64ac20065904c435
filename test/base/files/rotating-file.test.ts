import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRotatingFile } from '../../../src/base/files/rotating-file.ts';
import { makeScratch } from '../../support/balpm.ts';

let scratch: ReturnType<typeof makeScratch>;
let path: string;
beforeEach(() => {
  scratch = makeScratch();
  path = join(scratch.path, 'logs', 'worker.log');
});
afterEach(() => scratch.remove());

describe('openRotatingFile()', () => {
  it('goes on with what is there', () => {
    openRotatingFile(path).append('one\n');
    const file = openRotatingFile(path);
    file.append('two\n');
    file.close();
    file.append('after the end');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('puts full files aside and keeps the newest of them', () => {
    const file = openRotatingFile(path, { maxBytes: 3, kept: 2 });
    for (const text of ['aaaa', 'bbbb', 'cccc', 'dddd']) file.append(text);
    file.close();
    expect(readdirSync(join(scratch.path, 'logs')).toSorted()).toEqual(['worker.log', 'worker.log.1', 'worker.log.2']);
    const contents = ['', '.1', '.2'].map((suffix) => readFileSync(path + suffix, 'utf8'));
    expect(contents).toEqual(['dddd', 'cccc', 'bbbb']);
  });

  it('names a place that cannot be written', () => {
    writeFileSync(join(scratch.path, 'logs'), '');
    expect(() => openRotatingFile(path)).toThrow(/^Cannot make directory/);
  });
});
