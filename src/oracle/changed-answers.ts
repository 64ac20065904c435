import { existsSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { isSameLabel, type Label, labelInWords } from '../data/label.ts';
import { parseAnswer } from './answer-sheet.ts';
import { answerLines, batchFilesOf } from './batch-files.ts';
import { quoteLine } from './quote-line.ts';

/** A labelled batch: the labels that the run has, by item. */
export interface LabelledBatch {
  readonly round: number;
  readonly answers: ReadonlyMap<string, Label>;
}

const SHOWN = 10;

/**
 * Differences between the labels files below `dir` and the run, which keeps the labels that it was fitted on: one
 * sentence per item, and one per invalid line, which may be a failed correction. A missing file, as in a copy of the
 * run alone, counts as unchanged.
 */
export function changedAnswers(dir: string, batches: readonly LabelledBatch[]): readonly string[] {
  return batches.flatMap((batch) => {
    const changes = tryChangesOf(batchFilesOf(dir, batch.round).answersFile, batch);
    const more = changes.length - SHOWN;
    const rest = `round ${batch.round}: ${more} more changes of its labels, which the run ignores too`;
    return more > 0 ? [...changes.slice(0, SHOWN), rest] : changes;
  });
}

/** An unreadable file must not stop a run that no longer needs it. */
function tryChangesOf(file: string, batch: LabelledBatch): readonly string[] {
  try {
    return changesOf(file, batch);
  } catch (error) {
    return [`round ${batch.round}: cannot check whether its labels were changed: ${messageOf(error)}`];
  }
}

function changesOf(file: string, { round, answers }: LabelledBatch): readonly string[] {
  const changes: string[] = [];
  const seen = new Set<string>();
  const lines = answerLines(file);
  for (const { line, place } of lines) {
    try {
      const { id, label } = parseAnswer(line, place);
      const held = answers.get(id);
      seen.add(id);
      if (held === undefined)
        changes.push(`round ${round}: ${place.what} has id ${quoteLine(id)}, which is not in its batch`);
      else if (!isSameLabel(held, label)) changes.push(describeChange({ round, id, held, label, where: place.what }));
    } catch (error) {
      changes.push(`round ${round} is already labelled, so a correction has no effect: ${messageOf(error)}`);
    }
  }
  const gone = !existsSync(file) ? [] : [...answers].filter(([id]) => !seen.has(id));
  return [
    ...changes,
    ...gone.map(([id, label]) => {
      const held = labelInWords(label);
      return `round ${round}: item ${quoteLine(id)} was labelled '${held}' and no longer has a label in ${quotePath(file)}; the run keeps '${held}'`;
    }),
  ];
}

interface Change {
  readonly round: number;
  readonly id: string;
  readonly held: Label;
  readonly label: Label;
  readonly where: string;
}

function describeChange({ round, id, held, label, where }: Change): string {
  const [before, now] = [labelInWords(held), labelInWords(label)];
  return `round ${round}: item ${quoteLine(id)} was labelled '${before}', but ${where} now has '${now}'; the run keeps '${before}', on which its later rounds depend: to use '${now}', start another run (\`balpm run … --id NEW\`) with the labels up to round ${round}`;
}
