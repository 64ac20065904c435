import { formatCount } from './format-count.ts';

/** A text cut to `longest` characters; how long it was is told where something was cut. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const kept = Array.from(text.slice(0, 2 * longest + 1))
    .slice(0, longest)
    .join('');
  return kept.length === text.length ? text : `${kept}… (${formatCount(text.length)} characters)`;
}
