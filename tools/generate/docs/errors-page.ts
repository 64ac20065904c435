import { EXIT_STATUS, type FailureKind } from '../../../src/base/errors.ts';
import { ErrorCode } from '../../../src/protocol/errors.ts';
import { WorkerFailure } from '../../../src/worker/worker-failure.ts';
import { code, renderPage, renderTable } from './render-page.ts';

const KINDS: Readonly<Record<FailureKind, string>> = {
  internal: 'a fault of balpm',
  usage: 'wrong usage or configuration',
  environment: 'the environment cannot be used; also a full disk: make room and repeat the same command',
  data: 'the data are not valid',
  worker: 'the worker, the training or custom code failed',
  waiting: 'the run waits for labels from people',
  stopped: 'stopped by SIGUSR1 or SIGUSR2; resume it',
};

const CODES: Readonly<Record<ErrorCode, string>> = {
  BAD_MESSAGE: 'the other side sent a message that cannot be read',
  UNSUPPORTED: 'the worker does not have the operation, its version, the file or the function',
  INVALID_ARGUMENT: 'the parameters are not valid; nothing was computed',
  INVALID_DATA: 'the data, or the result of custom code, are not valid',
  KEY_CONFLICT: 'another request already used the key',
  TOO_LARGE: 'a header or frame exceeds the limit of a message',
  UNWRITABLE: 'a disk is full or read-only',
  USER_CODE: 'custom code raised an error; file and line are given',
  POISON: 'the call crashed the worker twice and is not retried',
  CANCELLED: 'the call was cancelled',
  DEADLINE: 'the call exceeded its deadline',
  OOM_GPU: 'GPU memory was exhausted',
  OOM_CPU: 'memory of the host was exhausted',
  UNAVAILABLE: 'the worker is closed or busy with another owner',
  PREEMPTED: 'a remote worker left because its host stops; the call is retried',
  WORKER_LOST: 'the worker process exited',
  START_FAILED: 'the worker could not start: no Python, or another version of a package',
  START_TIMEOUT: 'the worker did not become ready in time',
  HUNG: 'the worker sent no heartbeat or progress and was replaced',
  INTERNAL: 'a fault of balpm',
  HANDSHAKE: 'the two sides have different versions or schemas',
};

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Kinds of failure with their exit statuses, and the codes of failed calls. */
export const errorsPage = (): string =>
  renderPage(
    'Errors and exit statuses',
    'An error reads `Cannot <act> <object>: <what was found>; <what to do>`. Its kind decides the exit status of the command.',
    [`## Exit statuses\n\n${statusTable()}`, `## Codes of failed calls\n\n${codeTable()}`],
  );

const statusTable = (): string =>
  renderTable(
    ['status', 'kind', 'meaning'],
    [
      ['0', '–', 'done, also if the pool is empty before the last round'],
      ...Object.entries(EXIT_STATUS).map(([kind, status]) => [`${status}`, code(kind), KINDS[kind as FailureKind]]),
      ...Object.entries(SIGNALS).map(([signal, status]) => [`${status}`, '–', `stopped by ${signal}; resume it`]),
    ],
  );

const codeTable = (): string =>
  renderTable(
    ['code', 'kind', 'meaning'],
    ErrorCode.options.map((each) => [code(each), code(new WorkerFailure(each, '').kind), CODES[each]]),
  );
