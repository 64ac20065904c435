import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { JobShape } from '../../slurm/site/profile.ts';
import type { CommandIo } from '../command.ts';
import { listCampaigns, listUnits } from '../slurm/list-campaigns.ts';
import { terminal } from '../terminal/terminal.ts';
import { listPaths } from './list-paths.ts';

/** The library adds a command of that name, which is taken away again: ours is `completion`. */
const OWN_COMMAND = 'tab-completion';
const [NO_FILES, NO_FILES_NO_SPACE] = [':4', ':6'];
/** A shell reads its candidates once more: nothing that it would act on is offered. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Prints what can follow the words typed so far, as the scripts of `balpm completion` read it: commands, options and
 * choices by the library, values here. Of a command that was typed in full the options are known; of others the names.
 */
export function completeWords(program: Command, words: readonly string[], io: CommandIo): void {
  const tree = tab(program, { completionCommandName: OWN_COMMAND });
  for (const name of [OWN_COMMAND, 'complete']) tree.commands.delete(name);
  for (const [path, command] of pathsOf(program, [])) addValues(tree.commands.get(path), command, { path, words });
  const text = terminal.printedBy(() => tree.parse([...words]));
  io.printText(isUnfinished(text) ? text.replace(new RegExp(`${NO_FILES}$`), NO_FILES_NO_SPACE) : text);
}

/** A directory or a key is not the end of a word. */
const isUnfinished = (text: string): boolean => {
  const values = text.split('\n').slice(0, -1);
  return values.length > 0 && values.every((line) => /[/=]\t/.test(line));
};

const pathsOf = (command: Command, names: readonly string[]): [string, Command][] =>
  command.commands.flatMap((child) => {
    const path = [...names, child.name()];
    return [[path.join(' '), child], ...pathsOf(child, path)];
  });

type Tree = ReturnType<typeof tab>;
type Entry = NonNullable<ReturnType<Tree['commands']['get']>>;

interface Typed {
  readonly path: string;
  readonly words: readonly string[];
}

/** Gives values to the options and arguments that have no choices of their own. */
function addValues(entry: Entry | undefined, command: Command, typed: Typed): void {
  if (entry === undefined) return;
  for (const { long, flags, argChoices } of command.options) {
    const option = entry.options.get(long?.slice(2) ?? '');
    if (option === undefined || option.isBoolean || argChoices !== undefined) continue;
    option.handler = offer(() => valuesOf(/<([^>]*)>/.exec(flags)?.[1] ?? '', long ?? '', typed));
  }
  for (const argument of command.registeredArguments) {
    const found = entry.arguments.get(argument.name());
    if (found === undefined || argument.argChoices !== undefined) continue;
    found.handler = offer(() => valuesOf(argument.name(), '', typed));
  }
}

/** `name` is what stands between the brackets of an option or an argument. */
function valuesOf(name: string, option: string, { path, words }: Typed): readonly string[] {
  const last = words.at(-1) ?? '';
  const word = last.startsWith('-') ? last.slice(last.indexOf('=') + 1) : last;
  const isOfCampaign = /^slurm (status|cancel|logs|collect)$/.test(path);
  if (isOfCampaign && name === 'dir' && option === '')
    return [...listCampaigns(), ...listPaths(word, (entry) => entry.endsWith('/'))];
  if (isOfCampaign && (name === 'cell' || option === '--cells')) return listUnits(words);
  if (option === '--job') return Object.keys(JobShape.shape).map((key) => `${key}=`);
  if (option === '--config' || option === '--profile') return listPaths(word, (entry) => /(\/|\.ya?ml)$/.test(entry));
  return /^(file|dir|path|run|store|dataset|directory)/.test(name) ? listPaths(word, () => true) : [];
}

type Offer = (value: string, description: string) => void;

const offer =
  (values: () => readonly string[]) =>
  (complete: Offer): void => {
    for (const value of values()) if (PLAIN.test(value)) complete(value, '');
  };
