import { dataError } from '../../base/errors.ts';

/** Location of a record: its file, line or row, and split. */
interface RecordPlace {
  readonly file: number;
  readonly number: number;
  readonly split: string;
}

/** Rejects an id that was seen before, in any split. Keeps only ids and locations. */
export interface IdRegister {
  readonly add: (id: string, place: RecordPlace) => void;
}

/** An empty register; `describe(file, number)` names a location in messages. */
export function createIdRegister(describe: (file: number, number: number) => string): IdRegister {
  const splits: string[] = [];
  const seen = new Map<string, number>();
  const encode = ({ file, number, split }: RecordPlace): number => {
    if (!splits.includes(split)) splits.push(split);
    return (splits.indexOf(split) * FILES + file) * LINES + number;
  };
  const decode = (code: number): RecordPlace => {
    const place = Math.floor(code / LINES);
    return { number: code % LINES, file: place % FILES, split: splits[Math.floor(place / FILES)] as string };
  };
  return {
    add: (id, place) => {
      const earlier = seen.get(id);
      if (earlier !== undefined) throw duplicate(id, place, decode(earlier), describe);
      seen.set(id, encode(place));
    },
  };
}

/** Bases of the packed location: up to 64 splits × 4096 files × 2^32 lines are exact in a double. */
const FILES = 4096;
const LINES = 2 ** 32;

function duplicate(
  id: string,
  place: RecordPlace,
  earlier: RecordPlace,
  describe: (file: number, number: number) => string,
): Error {
  const here = describe(place.file, place.number);
  const there = describe(earlier.file, earlier.number);
  const splits = place.split === earlier.split ? '' : ` (splits '${place.split}' and '${earlier.split}')`;
  return dataError(
    `Cannot import ${here}: field 'id' is '${id}' as in ${there}${splits}; give each item a distinct id (--no-id numbers the lines)`,
  );
}
