// Reads the runs of a directory through the public API and prints each policy's verdict on the test split.
import { compareRuns, findRunRecords } from 'balpm';

const records = await findRunRecords(process.argv.slice(2));
const { results, split } = compareRuns(records);
const primary = results.find((result) => result.metric === 'logLikelihood' && result.split === split);
for (const { policy, area, againstBaseline } of primary.policies) {
  const verdict = againstBaseline === null ? 'the baseline' : `better than random: ${againstBaseline.verdict.answer}`;
  process.stdout.write(`${policy}: area ${area.value.toFixed(4)} on ${split}, ${verdict}\n`);
}
