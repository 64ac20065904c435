import type { SweepCell } from '../../../src/config/sweep.ts';

/** What such a script does once balpm was found; `swept` are the keys that differ between cells. */
export function paperBody(short: string, swept: readonly string[], cells: readonly SweepCell[]): string[] {
  const refused = [...swept.map((key) => `${key}=*`), 'output.dir=*', "'~'*", '-*'];
  return [
    `case \${BALPM_PRESET:-paper} in`,
    `  paper) recipe=paper/${short} name=${short} ;;`,
    `  reference) recipe=paper/reference/${short} name=${short}-reference ;;`,
    `  *) echo "Cannot use BALPM_PRESET '$BALPM_PRESET': paper or reference is needed" >&2; exit 2 ;;`,
    'esac',
    `runs=\${BALPM_RUNS:-runs}`,
    '',
    '# Keys that are the same for every cell; another grid is for `balpm sweep` or `balpm slurm submit`.',
    'for word in "$@"; do',
    '  case $word in',
    `    ${refused.join(' | ')})`,
    `      echo "Cannot take '$word': this script sets it itself, or it is no KEY=VALUE; give a key that all cells share" >&2`,
    '      exit 2 ;;',
    '  esac',
    'done',
    '',
    '# Name and keys of each cell, in the order of the sweep.',
    'cells=(',
    ...cells.map((cell) => `  '${[cell.id, ...keysOf(cell)].map(plainWord).join(' ')}'`),
    ')',
    '',
    'if [ -z "$SLURM_ARRAY_TASK_ID" ]; then',
    `  exec "\${balpm[@]}" sweep -c "$home/configs/$recipe.yaml" --id "$name" "$@" "output.dir=$runs"`,
    'fi',
    `read -ra cell <<<"\${cells[SLURM_ARRAY_TASK_ID]}"`,
    `if [ -z "\${cell[0]}" ]; then`,
    `  echo "Cannot run cell $SLURM_ARRAY_TASK_ID: there are \${#cells[@]}, from 0" >&2`,
    '  exit 2',
    'fi',
    `exec "\${balpm[@]}" slurm exec -- run -c "$home/configs/$recipe.yaml" --id "\${cell[0]}" --or-resume \\`,
    `  "$@" "output.dir=$runs/$name" "\${cell[@]:1}"`,
  ];
}

/** What makes a cell of the recipe; an arm that the sweep named keeps its name. */
function keysOf({ loaded: { overrides, config } }: SweepCell): string[] {
  const keys = overrides
    .filter((override) => override !== '~sweep')
    .map((override) => override.replace(/="(.*)"$/, '=$1'));
  const { name } = config.acquisition;
  return name === null ? keys : [...keys, `acquisition.name=${name}`];
}

/** @throws for text that bash would not read as one word of its own value. */
function plainWord(word: string): string {
  if (/^[A-Za-z0-9._=/-]+$/.test(word)) return word;
  throw new Error(`Cannot write '${word}' into a batch script: quote it there first`);
}
