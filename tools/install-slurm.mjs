import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PACKAGES = ['slurmctld', 'slurmd', 'slurm-client', 'munge', 'procps'];
const PROGRAMS = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/bin/sbatch', '/usr/sbin/munged', '/usr/bin/ps'];

/**
 * Installs a real Slurm for its test suites: with apt, as root on Debian or Ubuntu. Elsewhere, and where apt fails, it
 * says why not; those suites are then skipped, or fail where CI=true.
 */
export function installSlurm(say) {
  if (PROGRAMS.every(existsSync)) return;
  const reason = reasonAgainst() ?? installPackages(say);
  if (reason) say(`Slurm is not installed (${reason}); its test suites need the packages ${PACKAGES.join(', ')}`);
}

function reasonAgainst() {
  if (!existsSync('/usr/bin/apt-get')) return 'there is no apt-get';
  if (process.getuid?.() !== 0) return 'that needs root';
  return undefined;
}

/** Why they could not be installed. The lists of packages are fetched only where those at hand do not do. */
function installPackages(say) {
  say('installing Slurm');
  const install = ['install', '-y', '--no-install-recommends', ...PACKAGES];
  if (apt(install) === undefined) return undefined;
  return apt(['update']) ?? apt(install);
}

/** What went wrong in one line, if anything did. */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  const { status, stderr } = spawnSync('apt-get', [...options, ...args], { env, encoding: 'utf8' });
  if (status === 0) return undefined;
  const lastLine = stderr.trim().split('\n').at(-1);
  return `apt-get ${args[0]} ended with status ${status}: ${lastLine}`;
}
