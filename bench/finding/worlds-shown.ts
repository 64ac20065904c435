import { REGISTERED_WORLDS } from './registered-worlds.ts';

/** The registered worlds that a block's content tells of; those it names as absent are not among them. */
export function worldsShown(content: string): readonly string[] {
  const [told] = content.split('Without runs:') as [string];
  return REGISTERED_WORLDS.filter((world) => told.includes(world));
}
