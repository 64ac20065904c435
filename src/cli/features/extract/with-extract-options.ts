import { type Command, Option } from 'commander';
import { TEMPLATE_NAMES } from '../../../features/extraction/templates.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { withNewLines } from '../../options/with-new-lines.ts';
import { FLOATS, withModelOptions } from '../with-model-options.ts';
import { parseDevices, parseLayers, parsePoolings } from './parse-extract-options.ts';

/** Adds which model embeds which texts, how, and what is made of it: of this machine or of many. */
export function withExtractOptions(command: Command): Command {
  command
    .option('--model <dir or id>', 'model directory, or hub id (HF_HUB_OFFLINE=1: from the cache only)')
    .option('--out <dir>', 'feature store to make; must not exist (with --shard the folder of shards)')
    .option('--revision <name>', 'branch, tag or commit of a hub model');
  return withModelOptions(withFeatureOptions(withTextOptions(command)), 'what suits the device');
}

/** How prompts and answers become texts. */
const withTextOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--template <name or file.yaml>',
        `templates of a public dataset (${TEMPLATE_NAMES.join(', ')}) or of a file, in the place of the two below`,
      ).conflicts(['promptTemplate', 'responseTemplate']),
    )
    .addOption(
      new Option(
        '--system <text>',
        "system turn of a --template that is a chat, as ultrafeedback (default: the template's own)",
      ),
    )
    .option('--prompt-template <text>', 'text of a prompt; \\n is a new line', withNewLines, 'Instruction: {prompt}')
    .option(
      '--response-template <text>',
      'text of an answer and its prompt',
      withNewLines,
      'Instruction: {prompt}\nResponse: {response}',
    )
    .addOption(
      new Option(
        '--prompt-cut <rule>',
        'paper: a prompt leaves room for its longest answer; end: only the end is cut; reference: pair by pair, --out is a dataset of cut texts',
      )
        .choices(['paper', 'end', 'reference'])
        .default('paper'),
    )
    .option('--no-special-tokens', 'texts without the special tokens that the tokenizer adds');

/** What of the model's states is kept, and how the work is cut up. */
const withFeatureOptions = (command: Command): Command =>
  command
    .option(
      '--pooling <how>',
      'auto (mean for encoders, last-token for causal models), last-token, mean; several with commas make a store each',
      parsePoolings,
      ['auto'],
    )
    .option(
      '--layer <which>',
      'hidden layer: last (after the final norm) or a number (0: the embeddings); several with commas',
      parseLayers,
      [null],
    )
    .addOption(new Option('--store-dtype <type>', 'type the store holds').choices(FLOATS).default('float32'))
    .option('--uncertainty [file.jsonl]', 'next-token entropies of the answers too, as columns (no file with --shard)')
    .addOption(
      new Option('--entropy-positions <which>', 'of --uncertainty: every token of the text, or the answer’s alone')
        .choices(['all', 'response'])
        .default('all'),
    )
    .option('--devices <list>', 'several devices, a process each: 0,1,2 for three GPUs', parseDevices)
    .option('--part-tokens <n>', 'tokens of a part, about (default: about a minute of work)', wholeNumber(1))
    .option('--no-quality', 'write no page of checks into the store')
    .addOption(
      new Option('--way <which>', 'how texts that begin alike are run (auto: the fastest that passes a check)')
        .choices(['auto', 'tree', 'prefix-cache', 'buckets', 'singles'])
        .default('auto'),
    );
