import { script } from '@bomb.sh/tab';
import { Argument, type Command } from 'commander';
import { BalpmError } from '../../base/errors.ts';
import type { CommandIo } from '../command.ts';
import { withExamples } from '../options/with-examples.ts';
import { terminal } from '../terminal/terminal.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** `balpm completion` */
export function register(command: Command, io: CommandIo): void {
  withExamples(command, [
    'balpm completion bash > ~/.local/share/bash-completion/completions/balpm',
    'balpm completion zsh > ~/.zfunc/_balpm',
    'balpm completion fish > ~/.config/fish/completions/balpm.fish',
    'balpm completion powershell >> $PROFILE',
  ])
    .addArgument(new Argument('<shell>', 'for which shell').choices(SHELLS))
    .action((shell: string) => {
      const text = terminal.printedBy(() => script(shell, 'balpm', 'balpm'));
      io.printText(shell === 'bash' ? mend(text) : text);
    });
}

/**
 * The library's script for bash hands the words to `eval` as they were typed, so that a TAB would run what stands in
 * them; it wants a package of functions to be there, and cannot be read twice (version 0.0.22).
 */
const MENDED: readonly (readonly [found: string, instead: string])[] = [
  [
    `requestComp="balpm complete -- \${words[@]:1}"`,
    `requestComp="balpm complete -- $(printf '%q ' "\${words[@]:1}")"`,
  ],
  [
    `_get_comp_words_by_ref -n "=:" cur prev words cword`,
    `if declare -F _get_comp_words_by_ref > /dev/null; then _get_comp_words_by_ref -n "=:" cur prev words cword; else cur=\${COMP_WORDS[COMP_CWORD]}; words=("\${COMP_WORDS[@]}"); fi`,
  ],
  ['\nreadonly ', '\n'],
];

function mend(text: string): string {
  return MENDED.reduce((mended, [found, instead]) => {
    if (mended.includes(found)) return mended.replaceAll(found, instead);
    throw new BalpmError('internal', `the script for bash has no line '${found.trim()}'`);
  }, text);
}
