import { messageOf } from '../../base/errors.ts';

/** Writes, or reports why that failed: a full disk must not hide the message to be written. */
export function tryTo(write: () => void, note: (sentence: string) => void): void {
  try {
    write();
  } catch (error) {
    note(messageOf(error));
  }
}
