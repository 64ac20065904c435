import { parseShardName, type ShardName } from './shard-name.ts';

interface Shard extends ShardName {
  readonly name: string;
}

/** A file's name, and the name without its ending. */
export interface NamedFile {
  readonly name: string;
  readonly stem: string;
}

const MOST_NAMED = 5;
const LIKE_A_SHARD = /\d[-_ ]?of[-_ ]?\d/i;

/**
 * The fault that keeps files of one folder from being complete sets, one per split: a missing, repeated or foreign shard,
 * another file beside shards, or a name that may be a shard's. Null for no fault.
 */
export function findShardFault(files: readonly NamedFile[]): string | null {
  const odd = files.find(({ stem }) => LIKE_A_SHARD.test(stem) && parseShardName(stem) === null);
  if (odd !== undefined) return `'${odd.name}' looks like a shard, but is not named like train-00000-of-00003`;
  for (const group of bySet(files)) {
    const fault = faultOf(group);
    if (fault !== null) return fault;
  }
  return null;
}

interface Group {
  readonly whole: readonly string[];
  readonly shards: readonly Shard[];
}

function bySet(files: readonly NamedFile[]): Group[] {
  const groups = new Map<string, { whole: string[]; shards: Shard[] }>();
  for (const { name, stem } of files) {
    const shard = parseShardName(stem);
    const prefix = shard?.prefix ?? stem;
    const group = groups.get(prefix) ?? { whole: [], shards: [] };
    groups.set(prefix, group);
    if (shard === null) group.whole.push(name);
    else group.shards.push({ ...shard, name });
  }
  return [...groups.values()];
}

function faultOf({ whole: [whole, twin], shards }: Group): string | null {
  const [shard] = shards;
  if (whole !== undefined && twin !== undefined) return `'${whole}' and '${twin}' are the same split`;
  if (shard === undefined) return null;
  if (whole !== undefined) return `'${whole}' is beside '${shard.name}', a shard of the same split`;
  const other = shards.find(({ total }) => total !== shard.total);
  if (other !== undefined) return `'${shard.name}' and '${other.name}' are shards of different sets`;
  const first = firstNumber(shards);
  return misnumbered(shards, first) ?? missing(shards, shard, first);
}

/** Most tools number shards from 0, some from 1: a set with number M and without 0 is one of these. */
const firstNumber = (shards: readonly Shard[]): 0 | 1 =>
  shards.some(({ index, total }) => index === total) && shards.every(({ index }) => index !== 0) ? 1 : 0;

function misnumbered(shards: readonly Shard[], first: number): string | null {
  const nameOf = new Map<number, string>();
  for (const { name, index, total } of shards) {
    const twin = nameOf.get(index);
    if (twin !== undefined) return `'${twin}' and '${name}' are the same shard`;
    const last = first + total - 1;
    if (index > last) return `'${name}' is numbered beyond its set, whose numbers are ${first} to ${last}`;
    nameOf.set(index, name);
  }
  return null;
}

function missing(shards: readonly Shard[], { prefix, separator, total, width }: Shard, first: number): string | null {
  const count = total - shards.length;
  if (count === 0) return null;
  const there = new Set(shards.map(({ index }) => index));
  const names: string[] = [];
  for (let index = first; names.length < Math.min(count, MOST_NAMED); index++) {
    if (!there.has(index)) names.push(`'${prefix}${separator}${padded(index, width)}-of-${padded(total, width)}'`);
  }
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${count} of ${total} shards ${count === 1 ? 'is' : 'are'} missing: ${names.join(', ')}${more}`;
}

const padded = (number: number, width: number): string => String(number).padStart(width, '0');
