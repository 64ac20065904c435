import { messageOf } from '../../base/errors.ts';
import { explainValue } from '../../base/text/explain-value.ts';
import { FromWorker } from '../../protocol/envelope.ts';
import { parseHeader, splitMessage } from './frames.ts';

/** A message of a worker: read, or broken with what is left of it. */
export type Incoming =
  | { readonly type: 'read'; readonly message: FromWorker; readonly tensorFrames: readonly Buffer[] }
  | { readonly type: 'broken'; readonly reason: string; readonly value: unknown };

/** Reads a message; undefined for one that does not carry this protocol's mark. */
export function readMessage(frames: readonly Buffer[]): Incoming | undefined {
  const split = splitMessage(frames);
  if (split === undefined) return undefined;
  try {
    const value = parseHeader(split.header);
    const parsed = FromWorker.safeParse(value);
    return parsed.success
      ? { type: 'read', message: parsed.data, tensorFrames: split.tensorFrames }
      : { type: 'broken', reason: explainValue(parsed.error), value };
  } catch (error) {
    return { type: 'broken', reason: messageOf(error), value: null };
  }
}

/** What a message says, in whatever form. */
export const valueOf = (incoming: Incoming): unknown => (incoming.type === 'read' ? incoming.message : incoming.value);

/** A text field of a value that has no known form, or null. */
export function textField(value: unknown, field: string): string | null {
  const found = typeof value === 'object' && value !== null ? Reflect.get(value, field) : null;
  return typeof found === 'string' ? found : null;
}
