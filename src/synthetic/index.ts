export {
  synthesise,
  type World,
  type WorldAnswer,
  type WorldPair,
  type WorldPrompt,
  type WorldSplit,
} from './synthesise.ts';
export { SyntheticWorld, WORLD_VERSION } from './world-config.ts';
export { writeSyntheticWorld } from './write-synthetic-world.ts';
