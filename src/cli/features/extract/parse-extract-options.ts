import { InvalidArgumentError } from 'commander';

const POOLINGS = ['auto', 'last-token', 'mean'] as const;
/** How the states of a text's tokens become one. */
export type Pooling = (typeof POOLINGS)[number];

/** Poolings with commas between them, each once. @throws InvalidArgumentError */
export function parsePoolings(text: string): Pooling[] {
  const names = text.split(',');
  const wrong = names.find((name) => !POOLINGS.includes(name as Pooling));
  if (wrong === undefined) return [...new Set(names as Pooling[])];
  throw new InvalidArgumentError(`Allowed choices are ${POOLINGS.join(', ')}, several with commas.`);
}

/** Numbers of layers with commas between them, each once; `last` is null. @throws InvalidArgumentError */
export function parseLayers(text: string): (number | null)[] {
  const layers = text.split(',').map((name) => (name === 'last' ? null : /^\d{1,4}$/.test(name) ? Number(name) : -1));
  if (!layers.includes(-1)) return [...new Set(layers)];
  throw new InvalidArgumentError("'last' or numbers of layers from 0 are needed, several with commas.");
}

/** Devices with commas between them; a number is a GPU's. @throws InvalidArgumentError */
export function parseDevices(text: string): string[] {
  const names = text.split(',').map((name) => (/^\d+$/.test(name) ? `cuda:${name}` : name));
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('devices with commas between them are needed.');
}
