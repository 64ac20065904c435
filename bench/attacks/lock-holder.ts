import { createInterface } from 'node:readline';
import { openEventLog } from '../../src/ledger/event-log.ts';
import { type LockOptions, takeLock } from '../../src/ledger/lock/lock.ts';

// A process that works on a run, reduced to its lock and its ledger: takes the lock named first with the options named
// second (JSON), says `taken` or `refused: …`, and on each line `append` writes an event and says `appended` or why not.
// Ends with its input; bundled by start-holder.ts.

const [path = '', options = '{}'] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text.replaceAll('\n', ' ')}\n`);

try {
  const lock = await takeLock(path, JSON.parse(options) as LockOptions);
  const log = openEventLog(path.replace(/LOCK$/, 'events.jsonl'), () => new Date(0), lock);
  say('taken');
  for await (const line of createInterface(process.stdin)) {
    if (line !== 'append') continue;
    try {
      log.append({ type: 'labels.received', round: 0, answers: 'ab' });
      say('appended');
    } catch (error) {
      say(String(error));
    }
  }
  log.close();
  await lock.release();
} catch (error) {
  say(`refused: ${String(error)}`);
}
