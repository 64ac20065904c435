import { Unreadable } from './unreadable.ts';

/** The first unreadable part of a value, at any depth; null for none. */
export function findUnreadable(value: unknown): Unreadable | null {
  if (typeof value !== 'object') return null;
  const open: unknown[] = [value];
  for (let part = open.pop(); part !== undefined || open.length > 0; part = open.pop()) {
    if (part instanceof Unreadable) return part;
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) {
      for (const inner of Object.values(part)) open.push(inner);
    }
  }
  return null;
}
