import { messageOf } from '../../base/errors.ts';

/** Writes, or tells why not: a disk that is full must not hide what there is to say. */
export function tryTo(write: () => void, note: (sentence: string) => void): void {
  try {
    write();
  } catch (error) {
    note(messageOf(error));
  }
}
