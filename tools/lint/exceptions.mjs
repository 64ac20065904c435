// The exceptions from the rules of size and direction. A new one needs a reason that a reviewer accepts; one that is no
// longer needed is an error.

/** Imports of a floor above (layers.mjs), or of a module a pure folder does not have, or in a circle: by the file that has them. */
export const IMPORTS = [
  { from: 'src/acquisition/neighbour-graph.ts', why: 'becomes standalone/in-process' },
  { from: 'src/control/control-estimate.ts', why: 'what it imports becomes evaluation/statistics' },
  { from: 'src/worker/client.ts', why: 'fill-options becomes part of it' },
  { from: 'src/worker/fill-options.ts', why: 'becomes part of worker/client.ts; the interpreter moves below worker' },
];
