import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { resolvePython } from '../../src/worker/links/local/interpreter.ts';
import { balpm, ROOT } from '../../test/support/balpm.ts';
import type { Attack, AttackSource } from './attack.ts';

/** What an attack of chat_attacks.py found. */
interface Finding {
  readonly name: string;
  readonly wrong: string | null;
}

/** Template files that must be refused before a worker starts, and what must be said of them. */
const FILES: readonly (readonly [text: string, said: string])[] = [
  ['chat: { date: 2025-02-30 }', "date '2025-02-30' is no day"],
  ['chat: { date: 2025-1-3 }', "date '2025-1-3' is no day"],
  ['chat: { date: "26 Jul 2024" }', "date '26 Jul 2024' is no day"],
  ['chat: { date: "" }', "date '' is no day"],
  ['chat: { date: 20240726 }', 'a value is of another type'],
  ['chat: { date: [2024, 7, 26] }', 'a value is of another type'],
  ['chat: { date: true }', 'a value is of another type'],
  ['chat: { day: 2024-07-26 }', "its chat has an unknown key 'day'"],
  ['chat: { system: 3 }', 'a value is of another type'],
  ['chat: { system: [null] }', 'a value is of another type'],
  ['chat: null', 'a value is of another type'],
  ['chat: {}\nspecial_tokens: false', "it has 'chat' and templates, which exclude each other"],
];

/** Templates and answers against an oracle in plain Python, and template files that cannot be used. */
export const CHAT_TEMPLATES: AttackSource = {
  name: 'chat templates',
  attacks: async () => [...(await extractions()), ...FILES.map(([text, said]) => fileAttack(text, said))],
};

/** One process makes them all: a start of Python costs more than an attack. */
async function extractions(): Promise<Attack[]> {
  const script = join(ROOT, 'bench/attacks/chat_attacks.py');
  const { stdout } = await execa(resolvePython(), [script], {
    env: { HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error' },
  });
  return stdout
    .split('\n')
    .map((line): Finding => JSON.parse(line))
    .map(({ name, wrong }) => ({ name, run: () => Promise.resolve(wrong ?? undefined) }));
}

const fileAttack = (text: string, said: string): Attack => ({
  name: `file ${text}`,
  run: async (folder) => {
    const file = join(folder, 'mine.yaml');
    writeFileSync(file, text);
    const args = ['features', 'extract', folder, '--model', 'm', '--template', file, '--out', join(folder, 'store')];
    const { status, stderr } = await balpm(args);
    if (status !== 2) return `status ${status}: ${stderr}`;
    return stderr.includes(said) && stderr.includes('; give') ? undefined : `it says ${stderr}`;
  },
});
