// Answers a batch of pairs as people would: reads BATCH (id, prompt, response_a, response_b a line), writes ANSWERS.
// The rule stands for a judgement of your own: the longer answer is better.
import { readFileSync, writeFileSync } from 'node:fs';

const [batchFile, answersFile] = process.argv.slice(2);
if (!batchFile || !answersFile) {
  process.stderr.write('usage: node examples/answer-batch.mjs BATCH ANSWERS\n');
  process.exit(2);
}

const answers = readFileSync(batchFile, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const { id, response_a: a, response_b: b } = JSON.parse(line);
    return { id, preferred: a.length >= b.length ? 'a' : 'b', annotator: 'length' };
  });
writeFileSync(answersFile, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
process.stdout.write(`${answers.length} answers in ${answersFile}\n`);
