/** The last lines of a stream of text, each cut at a greatest length. */
export interface LastLines {
  readonly add: (chunk: string) => void;
  readonly lines: () => readonly string[];
}

/** Keeps the last `count` lines; a carriage return replaces the line as it does on a terminal. */
export function keepLastLines(count: number, greatestLength = 16_384): LastLines {
  const complete: string[] = [];
  let open = '';
  return {
    add: (chunk) => {
      const parts = (open + chunk).split('\n');
      open = (parts.pop() ?? '').slice(-greatestLength);
      complete.push(...parts.map((line) => shown(line).slice(0, greatestLength)));
      complete.splice(0, complete.length - count);
    },
    lines: () => (open === '' ? [...complete] : [...complete, shown(open)].slice(-count)),
  };
}

const shown = (line: string): string => line.replace(/\r$/, '').replace(/^[^]*\r/, '');
