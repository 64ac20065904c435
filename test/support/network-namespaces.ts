import { execa } from 'execa';

/** Two network namespaces joined by one cable of their own: nothing else is reached from them. */
export interface TwoHosts {
  readonly addresses: readonly [string, string];
  /** Words that run what follows them on that host. */
  readonly on: (host: 0 | 1) => readonly string[];
  /** Pulls the plug; nobody is told. */
  readonly cut: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const ADDRESSES = ['10.231.77.1', '10.231.77.2'] as const;

/** Makes both, or gives undefined, with the reason printed, where this is not permitted. */
export async function makeTwoHosts(): Promise<TwoHosts | undefined> {
  const names = [0, 1].map((host) => `balpm-${process.pid}-${host}`) as [string, string];
  const remove = async (): Promise<void> => {
    for (const name of names) await execa('ip', ['netns', 'del', name], { reject: false });
  };
  try {
    await connect(names);
  } catch (error) {
    await remove();
    process.stderr.write(`skipped: network namespaces cannot be made (${String(error).split('\n')[0]})\n`);
    return undefined;
  }
  return {
    addresses: ADDRESSES,
    on: (host) => ['ip', 'netns', 'exec', names[host]],
    cut: async () => void (await execa('ip', ['-n', names[1], 'link', 'set', 'cable', 'down'])),
    remove,
  };
}

async function connect(names: readonly [string, string]): Promise<void> {
  for (const name of names) await execa('ip', ['netns', 'add', name]);
  const peer = ['peer', 'name', 'cable', 'netns', names[1]];
  await execa('ip', ['link', 'add', 'cable', 'netns', names[0], 'type', 'veth', ...peer]);
  for (const [host, name] of names.entries()) {
    await execa('ip', ['-n', name, 'address', 'add', `${ADDRESSES[host]}/30`, 'dev', 'cable']);
    for (const device of ['lo', 'cable']) await execa('ip', ['-n', name, 'link', 'set', device, 'up']);
  }
}
