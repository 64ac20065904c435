import { readFileSync } from 'node:fs';

/** The value of a file of test/golden, which the tests of both languages read. */
export const readGolden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8'));
