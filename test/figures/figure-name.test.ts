import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { figureName } from '../../src/figures/figure-name.ts';

test('figureName() keeps usual names and makes one part of a path of any other', () => {
  expect(figureName('curve', 'accuracy', 'ood')).toBe('curve-accuracy-ood');
  expect(figureName('savings', '../../x/y')).toBe('savings-..%2F..%2Fx%2Fy');
  for (const split of ['/etc/x', '..', 'a\0b', '\ud800', 'x'.repeat(5000), 'ü/😀'.repeat(200)]) {
    const name = figureName('savings', split);
    expect(basename(join('/figures', `${name}.svg`))).toBe(`${name}.svg`);
    expect(name).toMatch(/^[\w%.()!'~-]{1,130}$/);
  }
});

test('figureName() keeps long names apart', () => {
  const [one, two] = ['a', 'b'].map((end) => figureName('savings', 'x'.repeat(200) + end));
  expect(one).not.toBe(two);
});
