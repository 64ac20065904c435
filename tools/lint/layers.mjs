// Which folder may import which: a folder imports only folders of lower floors, never one of its own floor or above.
// Type imports count. A folder of `src` without a floor is an error; a subfolder may have a floor of its own.

/** Floors of `src` from the top down. */
export const FLOORS = [
  ['main.ts', 'index.ts'],
  ['cli'],
  ['slurm', 'setup'],
  ['explain', 'quality', 'doctor'],
  ['report'],
  ['figures'],
  ['experiment'],
  ['loop'],
  ['ledger'],
  ['evaluation'],
  ['config', 'diagnostics', 'standalone'],
  ['oracle', 'posterior', 'synthetic', 'neighbours', 'spaces'],
  ['acquisition', 'features'],
  ['measures', 'data', 'python-calls'],
  ['worker', 'custom-code'],
  ['base', 'math', 'random', 'protocol'],
];

/** Folders that compute: no files, no sockets, no clock. */
export const PURE = ['acquisition', 'evaluation', 'math', 'measures'];

/** Packages that one folder alone may import. */
export const KEPT_IN = {
  commander: 'cli',
  'log-update': 'cli',
  pythonia: 'python-calls',
  vega: 'figures',
  'vega-lite': 'figures',
  zeromq: 'worker',
};

/** Plug-ins: only the table of their kind, or another plug-in beside them, imports one. */
export const PLUG_INS = {
  'acquisition/policies': 'acquisition/index.ts',
  'posterior/kinds': 'posterior/index.ts',
};

/** Parts of a folder that know nothing of others: [these, not those]. */
export const APART = [
  ['acquisition/kernels', 'acquisition/policies'],
  ['loop/problem', 'loop/model'],
  ['worker/wire', 'worker/(calls|links|session)'],
  ['worker/tensors', 'worker/(calls|links|session)'],
  ['worker/calls', 'worker/links'],
  ['worker/session', 'worker/links'],
  ['worker/links/local', 'worker/links/remote'],
  ['worker/links/remote', 'worker/links/local'],
];
