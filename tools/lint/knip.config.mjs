// Dead code: files, exports and types that nothing uses. `--production` leaves the tests out of sight, and finds what only tests keep alive.
const isProduction = process.argv.includes('--production');

export default {
  entry: [
    'src/{main,index}.ts!',
    'bench/*.ts!',
    'bench/attacks/lock-holder.ts!', // built and started as a program of its own
    'examples/**/*.mjs!',
    'tools/*.{ts,mjs}!',
    'tools/corpus/corpus.ts!', // made for the tests
    'tools/lint/*.mjs!',
    'tools/words/{check-words,list-errors,sentence-lengths}.ts!',
    'test/**/*.test.ts',
  ],
  project: ['{src,bench,examples,tools}/**/*.{ts,mjs}!', 'test/**/*.ts'],
  ignoreBinaries: ['apt-get', 'diff', 'ip', 'mkfifo', 'mount', 'sbatch', 'scontrol', 'umount', 'unshare', 'uv'],
  // In sight of production a function that its own file uses may be exported for its test.
  ignoreExportsUsedInFile: isProduction,
};
