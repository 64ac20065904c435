import { existsSync } from 'node:fs';
import { messageOf } from '../base/errors.ts';
import { quotePath } from '../base/files/files.ts';
import { isSameLabel, type Label, labelInWords } from '../data/label.ts';
import { parseAnswer } from './answer-sheet.ts';
import { answerLines, batchFilesOf } from './batch-files.ts';
import { quoteLine } from './quote-line.ts';

/** A batch that was labelled: the answers the run holds, by item. */
export interface LabelledBatch {
  readonly round: number;
  readonly answers: ReadonlyMap<string, Label>;
}

const TOLD = 10;

/**
 * What the answers files below `dir` say otherwise than the run, which keeps what it learnt from: one sentence for each
 * item, and for each line that is no answer and so may be a correction that went wrong. A file that is not there, as in
 * a copy of the run alone, says nothing.
 */
export function changedAnswers(dir: string, batches: readonly LabelledBatch[]): readonly string[] {
  return batches.flatMap((batch) => {
    const changes = tryChangesOf(batchFilesOf(dir, batch.round).answersFile, batch);
    const more = changes.length - TOLD;
    const rest = `round ${batch.round}: ${more} more changes of its answers, which the run does not take over either`;
    return more > 0 ? [...changes.slice(0, TOLD), rest] : changes;
  });
}

/** A file that cannot be read is no reason to stop a run that needs it no more. */
function tryChangesOf(file: string, batch: LabelledBatch): readonly string[] {
  try {
    return changesOf(file, batch);
  } catch (error) {
    return [`round ${batch.round}: whether its answers were changed is not known: ${messageOf(error)}`];
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
        changes.push(`round ${round}: ${place.what} has id ${quoteLine(id)}, which is none of its items`);
      else if (!isSameLabel(held, label)) changes.push(describeChange({ round, id, held, label, where: place.what }));
    } catch (error) {
      changes.push(
        `round ${round} is labelled already, and a correction of it would change nothing: ${messageOf(error)}`,
      );
    }
  }
  const gone = !existsSync(file) ? [] : [...answers].filter(([id]) => !seen.has(id));
  return [
    ...changes,
    ...gone.map(([id, label]) => {
      const held = labelInWords(label);
      return `round ${round}: item ${quoteLine(id)} was answered '${held}' and has no answer in ${quotePath(file)} any more; the run keeps '${held}'`;
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
  return `round ${round}: item ${quoteLine(id)} was answered '${before}' and ${where} now says '${now}'; the run keeps '${before}', from which it chose the rounds after it: to learn from '${now}', begin another run (\`balpm run … --id NEW\`) with the answers up to round ${round}`;
}
