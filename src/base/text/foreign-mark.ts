const MARKS = [
  { encoding: 'UTF-32', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'UTF-32', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: 'UTF-16', bytes: [0xff, 0xfe] },
  { encoding: 'UTF-16', bytes: [0xfe, 0xff] },
] as const;

/** The encoding other than UTF-8 that the byte order mark at the start of a file tells, or null. */
export const foreignMark = (start: Uint8Array): 'UTF-16' | 'UTF-32' | null =>
  MARKS.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte))?.encoding ?? null;
