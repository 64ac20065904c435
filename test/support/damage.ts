import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A way in which a file may come to harm. */
export interface Damage {
  readonly name: string;
  readonly apply: (path: string) => void;
}

const SHARES = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1] as const;

/** Bytes lost from the end, bits flipped, nothing left, no file, and a directory in its place. */
export const DAMAGES: readonly Damage[] = [
  ...SHARES.map((share) => ({ name: `cut at ${share}`, apply: (path: string) => cut(path, share) })),
  ...SHARES.flatMap((share) =>
    [0, 4].map((bit) => ({ name: `bit ${bit} flipped at ${share}`, apply: (path: string) => flip(path, share, bit) })),
  ),
  { name: 'deleted', apply: (path) => rmSync(path) },
  {
    name: 'a directory',
    apply: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
];

/** Keeps that share of the bytes; with a share of 1 only the last byte is lost. */
function cut(path: string, share: number): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, positionOf(bytes, share)));
}

function flip(path: string, share: number, bit: number): void {
  const bytes = readFileSync(path);
  const position = positionOf(bytes, share);
  if (position < bytes.length) bytes[position] = (bytes[position] as number) ^ (1 << bit);
  writeFileSync(path, bytes);
}

const positionOf = (bytes: Buffer, share: number): number =>
  Math.max(0, Math.floor(share * bytes.length) - (share === 1 ? 1 : 0));
