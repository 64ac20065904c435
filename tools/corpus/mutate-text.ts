import type { RandomStream } from '../../src/random/stream.ts';
import { pick } from './pick.ts';

const MUTATIONS: readonly ((text: string, stream: RandomStream) => string)[] = [
  (text, stream) => text.slice(0, stream.below(text.length)),
  (text) => `${text}x`,
  (text) => `${text}${text}`,
  (text) => `\u{feff}${text}`,
  (text) => ` \t\r\n${text} \n`,
  (text) => `\u00a0${text}`,
  (text) => `[${text}]`,
  (text) => text.replace('{', '{"v":1,"v":1,'),
  (text) => text.replace('{', '{"v":"2",'),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace(/\}$/, ',}'),
  (text) => text.replace(/\d/, (digit) => `${digit}.0`),
  (text) => text.replace(/:(\d)/, ':-$1'),
  (text) => text.replace(':', ': \n'),
  (text) => text.replace(',', ', // note\n'),
  (text, stream) => flipCase(text, stream.below(text.length)),
  () => '',
  () => 'null',
];

/** A text with one change to its characters; half an emoji becomes the replacement character. */
export const mutateText = (text: string, stream: RandomStream): string =>
  Buffer.from(pick(MUTATIONS, stream)(text, stream)).toString();

function flipCase(text: string, position: number): string {
  const letter = text.charAt(position);
  const flipped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return text.slice(0, position) + flipped + text.slice(position + 1);
}
