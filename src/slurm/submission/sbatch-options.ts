import { usageError } from '../../base/errors.ts';
import { managedOption } from './managed-options.ts';
import { isOneLine } from './plain-word.ts';

/**
 * Words after `--` on the command line, as passed to sbatch.
 * @throws BalpmError (usage) for an option that balpm sets itself, and for a word that is not an option.
 */
export function checkSbatchOptions(words: readonly string[]): readonly string[] {
  for (const [index, word] of words.entries()) {
    if (!isOneLine(word))
      throw refused(JSON.stringify(word), 'it has control characters or several lines', 'give one line');
    if (!word.startsWith('-')) {
      const before = words[index - 1];
      if (before?.startsWith('-') && !before.includes('=')) continue;
      throw refused(`'${word}'`, 'it is not an option of sbatch', 'give --name=value');
    }
    const managed = managedOption(nameOf(word));
    if (managed !== null) throw refused(`'${word}'`, `balpm sets --${managed.option} itself`, managed.instead);
  }
  return words;
}

/** The names of `--time=5`, `-t5` and `-t`. */
const nameOf = (word: string): string =>
  word.startsWith('--') ? (word.slice(2).split('=')[0] as string) : word.slice(1, 2);

const refused = (word: string, found: string, remedy: string) =>
  usageError(`Cannot pass ${word} to sbatch: ${found}; ${remedy}`);
