import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { digestEvents } from '../../src/ledger/digest.ts';
import { openEventLog, readEvents } from '../../src/ledger/event-log.ts';
import type { NewEvent } from '../../src/ledger/events.ts';
import { makeScratch } from '../support/balpm.ts';
import { TEST_METRICS } from '../support/measured-run.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

const scratch = makeScratch();
afterAll(scratch.remove);
let files = 0;
const newPath = (): string => join(scratch.path, `events-${files++}.jsonl`);
const clockAt = (second: number) => (): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const labels = (round: number, answers: string): NewEvent => ({ type: 'labels.received', round, answers });

const NONE = { epistemic: null, predictive: null, aleatoric: null, variance: null };
const MEASURED = { ...TEST_METRICS, spearman: { brier: NONE, error: NONE } };

function writeThree(path: string, second = 0): void {
  const log = openEventLog(path, clockAt(second));
  for (const [round, answers] of ['ab', 'ba', 'bb'].entries()) log.append(labels(round, answers), second);
  log.close();
}

describe('openEventLog()', () => {
  test('numbers events and gives them back after reopening', () => {
    const path = newPath();
    writeThree(path);
    const log = openEventLog(path, clockAt(9));
    log.append(labels(3, 'aa'));
    log.close();
    expect(readEvents(path).map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });

  test('drops a torn last line, at every place it can be torn', () => {
    const whole = newPath();
    writeThree(whole);
    const bytes = readFileSync(whole);
    const secondEnd = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let length = secondEnd; length < bytes.length; length++) {
      const path = newPath();
      writeFileSync(path, bytes.subarray(0, length));
      const log = openEventLog(path, clockAt(0));
      expect(log.events()).toHaveLength(2);
      log.append(labels(2, 'bb'), 0);
      log.close();
      expect(readFileSync(path)).toEqual(bytes);
    }
  });

  test('refuses any other damage, naming file and line', () => {
    const path = newPath();
    writeThree(path);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"answers":"ba"', '"answers":"bx"'));
    expect(() => openEventLog(path, clockAt(0))).toThrow(/line 2: its checksum does not match/);
  });

  test('notices every flipped bit', () => {
    const whole = newPath();
    writeThree(whole);
    const bytes = readFileSync(whole);
    const before = readEvents(whole);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const path = newPath();
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      writeFileSync(path, flipped);
      const isLastByte = bit >> 3 === bytes.length - 1;
      if (isLastByte) expect(readEvents(path)).toEqual(before.slice(0, 2));
      else expect(() => readEvents(path), `bit ${bit}`).toThrow(`'${path}' line`);
    }
  });

  test('reads lines without a check, as earlier versions wrote them', () => {
    const path = newPath();
    writeThree(path);
    const before = readEvents(path);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/,"check":"[0-9a-f]{16}"/g, ''));
    expect(readEvents(path)).toEqual(before);
  });

  test('refuses a line that stands twice', () => {
    const path = newPath();
    writeThree(path);
    appendFileSync(path, `${readFileSync(path, 'utf8').split('\n')[0]}\n`);
    expect(() => readEvents(path)).toThrow(/line 4: its number is 0, expected 3/);
  });

  test('refuses to write an event that is none', () => {
    const log = openEventLog(newPath(), clockAt(0));
    expect(() => log.append(labels(0, 'abc?'))).toThrow();
    log.close();
  });
});

describe('a log that was begun', () => {
  const begin = (lost?: string) => {
    const directory = join(scratch.path, `run-${files++}`);
    mkdirSync(directory);
    const path = join(directory, 'events.jsonl');
    const log = openEventLog(path, clockAt(0), { nonce: 'n', lost: () => lost });
    const whole = lost === undefined ? [log.append(labels(0, 'ab')), log.append(labels(1, 'ba'))] : [];
    return { log, path, directory, whole, kept: join(directory, 'events-lost-n.jsonl') };
  };

  test.each<[string, (path: string) => void, string]>([
    ['deleted', (path) => rmSync(path), 'it was deleted'],
    ['replaced by a copy', (path) => copyOver(path), 'it was replaced by another file'],
    ['cut', (path) => truncateSync(path, 20), 'to 20 bytes'],
    ['emptied', (path) => writeFileSync(path, ''), 'to 0 bytes'],
    ['lengthened', (path) => appendFileSync(path, 'x'), 'its size changed from'],
    ['changed at its end', (path) => changeEnd(path), 'its last bytes were changed'],
    ['replaced by a directory', (path) => (rmSync(path), mkdirSync(path)), 'it was replaced by another file'],
  ])('and %s gets no other event: what is in memory is kept beside it', (_what, harm, found) => {
    const { log, path, whole, kept } = begin();
    harm(path);
    const after = statSync(path, { throwIfNoEntry: false })?.size;
    expect(() => log.append(labels(2, 'bb'))).toThrow(found);
    expect(statSync(path, { throwIfNoEntry: false })?.size).toBe(after);
    expect(readEvents(kept)).toEqual([...whole, expect.objectContaining({ seq: 2, answers: 'bb' })]);
    rmSync(kept);
    for (const again of [log.verify, () => log.append(labels(2, 'bb'))]) {
      expect(again).toThrow(`All known events of the run are in '${kept}'`);
    }
    log.close();
  });

  test('and whose directory is gone is kept beside that', () => {
    const { log, directory, whole } = begin();
    rmSync(directory, { recursive: true });
    expect(() => log.verify()).toThrow('it was deleted');
    expect(readEvents(`${directory}.events-lost-n.jsonl`)).toEqual(whole);
    log.close();
  });

  test('and whose lock is lost gets nothing, and says who has it', () => {
    const { log, path, kept } = begin('process 7 on b took it over');
    expect(() => log.append(labels(0, 'ab'))).toThrow(/process 7 on b took it over; let the other process continue/);
    expect(statSync(path).size).toBe(0);
    expect(readEvents(kept)).toHaveLength(1);
    log.close();
  });

  test('and whose last line a full disk cut short is whole for all that', () => {
    const disk = mountSmallDisk(join(scratch.path, `disk-${files++}`), 4096 * 3);
    if (disk === undefined) return;
    onTestFinished(disk.remove);
    const log = openEventLog(join(disk.path, 'events.jsonl'), clockAt(0), { nonce: 'n', lost: () => undefined });
    log.append(labels(0, 'ab'));
    expect(() => log.append(labels(1, 'a'.repeat(20_000)))).toThrow(/^Cannot write .*no space is left/);
    log.verify();
    log.close();
    expect(readdirSync(disk.path)).toEqual(['events.jsonl']);
    expect(readEvents(join(disk.path, 'events.jsonl'))).toHaveLength(1);
  });

  test('and that nobody touched is verified, and nothing is kept', () => {
    const { log, directory } = begin();
    log.verify();
    log.close();
    expect(readdirSync(directory)).toEqual(['events.jsonl']);
  });
});

function copyOver(path: string): void {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
}

function changeEnd(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
  writeFileSync(path, bytes);
}

describe('digestEvents()', () => {
  test('does not depend on times and durations, and depends on everything else', () => {
    const [early, late, other] = [newPath(), newPath(), newPath()];
    writeThree(early, 1);
    writeThree(late, 50);
    const log = openEventLog(other, clockAt(1));
    for (const [round, answers] of ['ab', 'ba', 'ba'].entries()) log.append(labels(round, answers), 1);
    log.close();
    expect(digestEvents(readEvents(early))).toBe(digestEvents(readEvents(late)));
    expect(digestEvents(readEvents(early))).not.toBe(digestEvents(readEvents(other)));
  });

  test('does not depend on inclusion probabilities, which follow from the rest', () => {
    const batch = { seq: 0, time: 'now', seconds: null, type: 'batch.selected', round: 0, policy: 'initial' } as const;
    const rest = { ids: ['x'], scores: [null], terms: {}, uniquePrompts: 1, uniquePromptsSoFar: 1 };
    // The digest that version a648d9c gives.
    const known = 'c645538c66658fdab0056627eceec6a9ed232442ed09f5e5c210440bd0d16bef';
    expect(digestEvents([{ ...batch, ...rest }])).toBe(known);
    expect(digestEvents([{ ...batch, ...rest, inclusion: [0.5] }])).toBe(known);
  });
});

test('readEvents() reads a round of an earlier version, adding nothing, so that its digest stays what it was', () => {
  const path = newPath();
  const event = { type: 'round.measured', round: 0, labels: 16, labelsCharged: 16, members: [] } as const;
  const { spearman, ...earlier } = MEASURED;
  for (const metrics of [earlier, MEASURED]) {
    const splits = { test: metrics };
    writeFileSync(path, `${JSON.stringify({ ...event, splits, seq: 0, time: 't', seconds: 1 })}\n`);
    const [read] = readEvents(path);
    expect(read).toMatchObject(event);
    expect(read?.type === 'round.measured' && read.splits['test']).toEqual(metrics);
    expect(read?.type === 'round.measured' && 'spearman' in (read.splits['test'] ?? {})).toBe(metrics === MEASURED);
  }
  expect(spearman.brier.aleatoric).toBeNull();
});
