import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Attack, AttackSource } from './attack.ts';
import { attemptImport, type Expected } from './attempt-import.ts';
import { FORMATS, fieldsOf, type RawField, rawJson, rawText, TEXT_FORMATS, writeRecords } from './pair-files.ts';

const FIELDS = ['id', 'prompt', 'response_a', 'response_b', 'preferred'];

const NOT_UTF8: Readonly<Record<string, readonly number[]>> = {
  'latin-1': [0x63, 0xe9, 0x61],
  'a byte that never occurs': [0xff],
  'a character cut off': [0x78, 0xe2, 0x82],
  'an overlong form': [0xc0, 0x80],
  'half a surrogate pair in bytes': [0xed, 0xa0, 0x80],
  'a code point beyond the last': [0xf4, 0x90, 0x80, 0x80],
};

const placeOf = (format: string, number: number): string =>
  `${format.startsWith('jsonl') ? 'line' : 'row'} ${number}: field `;

/** Imports two good records and one with a field of its own between them. */
const attempt =
  (format: string, field: RawField, expected: Expected, ...flags: string[]): Attack['run'] =>
  async (folder) => {
    const path = join(folder, `source.${format}`);
    writeRecords(path, [fieldsOf('1'), fieldsOf('2', field), fieldsOf('3')]);
    return attemptImport(folder, [path, '--split', 'train', ...flags], expected);
  };

function* badFields(): Generator<Attack> {
  for (const format of FORMATS) {
    for (const [what, bytes] of Object.entries(NOT_UTF8)) {
      const inField = (name: string) => rawText(name, Uint8Array.from(bytes));
      for (const name of FIELDS) {
        const says = [placeOf(format, 2), `'${name}'`, 'UTF-8'];
        yield { name: `${what} in ${name}, ${format}`, run: attempt(format, inField(name), { says }) };
      }
      const kept = attempt(format, inField('note'), { ids: ['1', '2', '3'] });
      yield { name: `${what} where nobody reads, ${format}`, run: kept };
      const dropped = attempt(format, inField('prompt'), { ids: ['1', '3'] }, '--bad-rows', 'drop');
      yield { name: `${what} left out, ${format}`, run: dropped };
    }
  }
}

const WORDS = ['NaN', 'Infinity', '-Infinity', '[1, NaN]', '{"deep": [Infinity]}'];

function* bareWords(): Generator<Attack> {
  for (const format of TEXT_FORMATS) {
    for (const word of WORDS) {
      const kept = attempt(format, rawJson('score', word), { ids: ['1', '2', '3'] });
      yield { name: `${word} where nobody reads, ${format}`, run: kept };
      for (const name of ['prompt', 'response_b', 'preferred']) {
        const says = [placeOf(format, 2), `'${name}'`];
        yield { name: `${word} in ${name}, ${format}`, run: attempt(format, rawJson(name, word), { says }) };
      }
      const dropped = attempt(format, rawJson('prompt', word), { ids: ['1', '3'] }, '--bad-rows', 'drop');
      yield { name: `${word} left out, ${format}`, run: dropped };
    }
    for (const word of ['nan', 'NaNa', '+Infinity', 'NaN NaN', '1NaN', 'None', 'undefined', '.5', '01']) {
      const run = attempt(format, rawJson('score', word), { says: ['not JSON'] });
      yield { name: `${word}, which nobody writes, ${format}`, run };
    }
  }
}

function* surrogates(): Generator<Attack> {
  for (const format of TEXT_FORMATS) {
    for (const escaped of ['\\ud800', 'x\\udc00', '\\ud83d\\ud83d\\ude42', '\\ude42\\ud83d']) {
      for (const name of ['id', 'prompt', 'response_a']) {
        const says = [placeOf(format, 2), `'${name}'`, 'surrogate'];
        yield {
          name: `${escaped} in ${name}, ${format}`,
          run: attempt(format, rawJson(name, `"${escaped}"`), { says }),
        };
      }
      const kept = attempt(format, rawJson('note', `"${escaped}"`), { ids: ['1', '2', '3'] });
      yield { name: `${escaped} where nobody reads, ${format}`, run: kept };
    }
  }
}

const MARKED: readonly (readonly [string, BufferEncoding, boolean, string | null])[] = [
  ['UTF-8', 'utf8', false, null],
  ['little-endian UTF-16', 'utf16le', false, 'UTF-16'],
  ['big-endian UTF-16', 'utf16le', true, 'UTF-16'],
];

function* marks(): Generator<Attack> {
  for (const format of TEXT_FORMATS) {
    for (const [what, encoding, isSwapped, refused] of MARKED) {
      for (const flag of ['', 'utf-16']) {
        const isRead = refused === null ? flag === '' : flag !== '';
        const expected = isRead ? { ids: ['1', 'é'] } : { says: [flag === '' ? (refused ?? '') : 'utf-16'] };
        yield {
          name: `a byte order mark of ${what}, ${flag === '' ? 'no encoding said' : flag}, ${format}`,
          run: async (folder) => {
            const path = join(folder, `source.${format}`);
            writeRecords(path, [fieldsOf('1'), fieldsOf('2', rawText('id', Buffer.from('é')))]);
            const plain = readFileSync(path);
            const text = (format.endsWith('gz') ? gunzipSync(plain) : plain).toString('utf8');
            const bytes = Buffer.from(`\ufeff${text}`, encoding);
            const written = isSwapped ? bytes.swap16() : bytes;
            writeFileSync(path, format.endsWith('gz') ? gzipSync(written) : written);
            return attemptImport(
              folder,
              [path, '--split', 'train', ...(flag === '' ? [] : ['--encoding', flag])],
              expected,
            );
          },
        };
      }
    }
  }
}

/** Text that is not UTF-8, not JSON, or not Unicode, in every field and format. */
export const dataTexts: AttackSource = {
  name: 'data texts',
  attacks: async () => [...badFields(), ...bareWords(), ...surrogates(), ...marks()],
};
