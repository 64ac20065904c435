export { SyntheticWorld, WORLD_VERSION } from './world-config.ts';
export { writeSyntheticWorld } from './write-synthetic-world.ts';
