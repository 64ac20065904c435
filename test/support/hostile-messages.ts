import { MAGIC } from '../../src/protocol/envelope.ts';
import { OPERATIONS } from '../../src/protocol/index.ts';
import type { Schema } from '../../src/protocol/schema/json-schema.ts';
import type { RandomStream } from '../../src/random/stream.ts';
import { goodValue } from '../../tools/corpus/good-value.ts';
import { mutateText } from '../../tools/corpus/mutate-text.ts';
import { mutateValue } from '../../tools/corpus/mutate-value.ts';
import { pick } from '../../tools/corpus/pick.ts';
import { textOf } from '../../tools/corpus/raw-text.ts';
import { nameOf, wireSchema } from '../../tools/generate/wire-schema.ts';

/** Who is attacked with messages of which kind. */
export interface HostileOptions {
  readonly root: 'FromWorker' | 'FromOrchestrator';
  /** The session the receiver listens to, and an id it may know. */
  readonly session: string;
  readonly id: string;
  readonly stream: RandomStream;
}

/** The frames of one message. */
export type HostileFrames = readonly Buffer[];

type Fields = Record<string, unknown>;

const DEFINITIONS = wireSchema('').$defs;
const DEEP = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
/** Messages that rightly end a conversation are addressed to somebody else. */
const LAST_WORDS = ['shutdown', 'reject', 'hello'];
const KEYS = ['0', '1', '2'].map((digit) => digit.repeat(64));

/** A source of messages no honest peer sends: mutated, torn, oversized, misaddressed and random ones. */
export function createHostileMessages(options: HostileOptions): () => HostileFrames {
  const { stream } = options;
  const makers: readonly (() => HostileFrames)[] = [
    () => randomFrames(stream),
    () => withText(mutateText(goodText(options), stream), stream),
    () => withText(goodText(options).replace(/[:,]/, DEEP), stream),
    () => [Buffer.from(MAGIC), damage(Buffer.from(goodText(options)), stream)],
    () => [Buffer.from(pick(['balpm/2', 'balpm', '', 'BALPM/1', '\u0000'], stream)), Buffer.from(goodText(options))],
    () => withFrames(goodText(options), stream),
    () => withText(mutatedText(options), stream),
    () => withText(mutatedText(options), stream),
    () => withText(mutatedText(options), stream),
    () => withText(mutatedText(options), stream),
  ];
  return () => pick(makers, stream)();
}

const goodText = (options: HostileOptions): string => textOf(good(options));

const mutatedText = (options: HostileOptions): string => textOf(mutateValue(good(options), options.stream));

/** A well-formed message of any type, in the receiver's session and with ids that come again and again. */
function good({ root, session, id, stream }: HostileOptions): Fields {
  const shape = pick(DEFINITIONS[root]?.oneOf ?? [], stream);
  const message = goodValue(shape, DEFINITIONS, stream) as Fields;
  const addressed = LAST_WORDS.includes(String(message['type'])) ? 'other' : session;
  const ids = { session: addressed, re: pick([id, 'x', null], stream) };
  return message['type'] === 'request' ? { ...message, ...ids, ...requestFields(stream) } : { ...message, ...ids };
}

/** A request for an operation there is; it may not take long. */
function requestFields(stream: RandomStream): Fields {
  const { name, params: schema } = pick(OPERATIONS, stream);
  const params = goodValue(DEFINITIONS[nameOf(schema)] as Schema, DEFINITIONS, stream);
  return {
    id: pick(['again', 'once-more', `r${stream.below(1000)}`], stream),
    op: pick([name, name, 'os.system', 'worker', name.toUpperCase()], stream),
    opVersion: pick([1, 1, 1, 2], stream),
    params: stream.uniform() < 0.5 ? params : mutateValue(params, stream),
    key: pick([...KEYS, hexDigits(stream)], stream),
    deadlineMs: name === 'worker.echo' ? 1 : 10_000,
    ...(stream.uniform() < 0.5 ? { tensors: [] } : {}),
  };
}

const hexDigits = (stream: RandomStream): string => randomBytes(32, stream).toString('hex');

const withText = (text: string, stream: RandomStream): HostileFrames => [
  Buffer.from(MAGIC),
  Buffer.from(text),
  ...(stream.uniform() < 0.1 ? randomFrames(stream) : []),
];

/** More, fewer and other frames than the header names. */
const withFrames = (text: string, stream: RandomStream): HostileFrames =>
  [
    [Buffer.from(MAGIC)],
    [Buffer.from(text)],
    [Buffer.from(text), Buffer.from(MAGIC)],
    [Buffer.from(MAGIC), Buffer.from(text), ...Array.from({ length: stream.below(80) }, () => randomBytes(8, stream))],
    [Buffer.from(MAGIC), Buffer.from(text), randomBytes(1 << 16, stream)],
    [Buffer.from(MAGIC), Buffer.alloc(0), Buffer.from(text)],
  ][stream.below(6)] as HostileFrames;

const randomFrames = (stream: RandomStream): HostileFrames =>
  Array.from({ length: 1 + stream.below(4) }, () => randomBytes(1 + stream.below(200), stream));

function randomBytes(length: number, stream: RandomStream): Buffer {
  const bytes = Buffer.alloc(length, stream.below(256));
  for (let index = 0; index < Math.min(length, 64); index += 1) bytes[index] = stream.below(256);
  return bytes;
}

function damage(bytes: Buffer, stream: RandomStream): Buffer {
  for (let flips = 1 + stream.below(8); flips > 0; flips -= 1) {
    const position = stream.below(bytes.length);
    bytes[position] = (bytes[position] as number) ^ (1 << stream.below(8));
  }
  return bytes;
}
