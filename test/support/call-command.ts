import { Command } from 'commander';
import type { CommandIo, CommandModule } from '../../src/cli/command.ts';

/** What a command printed. */
export interface Output {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly documents: Readonly<Record<string, unknown>>[];
}

/** Runs a command in this process and gives back what it printed. */
export async function callCommand({ register }: CommandModule, args: readonly string[]): Promise<Output> {
  const output: Output = { stdout: [], stderr: [], documents: [] };
  const io: CommandIo = {
    print: (line, sign) => void output.stdout.push(sign ? `  ${sign.text} ${line}` : line),
    printLines: (lines) => void output.stdout.push(...lines),
    printText: (text) => void output.stdout.push(text),
    printDocument: (document) => void output.documents.push(document),
    note: (line) => void output.stderr.push(line),
    exitWith: () => undefined,
    signal: new AbortController().signal,
    stopReason: () => undefined,
    terminated: new AbortController().signal,
  };
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.stdout.push(text), writeErr: () => undefined });
  register(command, io);
  await command.parseAsync(args, { from: 'user' });
  return output;
}
