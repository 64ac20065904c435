import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assertConnectionPlace } from '../../../../src/worker/links/remote/assert-connection-place.ts';
import { makeScratch } from '../../../support/balpm.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
const at = (name: string): string => join(scratch.path, name);

test('assertConnectionPlace() lets nothing be written over but an earlier connection file', () => {
  writeFileSync(at('earlier.json'), JSON.stringify({ endpoints: ['tcp://h:1'], serverKey: 'k', secretKey: 's' }));
  for (const free of [at('absent.json'), at('earlier.json')]) expect(() => assertConnectionPlace(free)).not.toThrow();
  writeFileSync(at('authorized_keys'), 'ssh-ed25519 AAAA');
  writeFileSync(at('empty'), '');
  writeFileSync(at('other.json'), '{"endpoints": []}');
  mkdirSync(at('directory'));
  symlinkSync('nowhere', at('dangling'));
  for (const name of ['authorized_keys', 'empty', 'other.json', 'directory', 'dangling']) {
    expect(() => assertConnectionPlace(at(name))).toThrow(
      /^Cannot write connection file '.*': something else is there; move it away/,
    );
  }
});
