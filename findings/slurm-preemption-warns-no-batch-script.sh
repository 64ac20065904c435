#!/usr/bin/env bash
# Slurm 22.05.8 (Debian 12's packages, taken apart in a temporary folder; amd64 or arm64, an apt source of bookworm).
#
# Expected: slurm.conf(5) says of GraceTime that a preempted job's tasks are sent SIGCONT and SIGTERM at once, as a notice,
#           and again with SIGKILL at its end; so a batch script that traps SIGTERM has the grace time for its checkpoint.
# Seen:     its srun steps get the notice. The script itself gets nothing before the end, when KillWait seconds are left:
#           the page's words "both the tasks and the containing batch script", of the second set alone, mean it.
# So a job without steps is warned only by `--signal=B:…` where the controller has `preempt_send_user_signal`; elsewhere
# a checkpoint has to fit into KillWait. balpm's tasks are such jobs.
#
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
version=22.05.8-4+deb12u3
folder=$(mktemp -d /tmp/sf-XXXXXX) # short: the paths of sockets end at 107 characters
pids=()
end() {
  for name in slurmd slurmctld munged; do [ -s "$folder/$name.pid" ] && pids+=("$(cat "$folder/$name.pid")"); done
  scancel --user="$(id -un)" 2>/dev/null && sleep 3
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  sleep 1
  rm -rf "$folder"
}
trap end EXIT
cd "$folder"
apt-get download -qq {slurmctld,slurmd,slurm-client,slurm-wlm-basic-plugins}=$version munge libmunge2 2>/dev/null
for package in ./*.deb; do dpkg -x "$package" root; done
library=$folder/root/usr/lib/$(uname -m)-linux-gnu
export PATH=$folder/root/usr/sbin:$folder/root/usr/bin:$PATH LD_LIBRARY_PATH=$library:$library/slurm-wlm
for program in slurmctld slurmd slurmstepd; do ln -sf $program-wlm "root/usr/sbin/$program"; done
for program in sbatch srun squeue sinfo scancel; do [ -e root/usr/bin/$program ] || ln -s $program-wlm root/usr/bin/$program; done
export SLURM_CONF=$folder/slurm.conf
port=$((20000 + RANDOM % 5000 * 2))
mkdir state spool
touch plugstack.conf
(umask 077 && head -c 128 /dev/urandom >munge.key)
cat >slurm.conf <<CONF
ClusterName=finding
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthInfo=socket=$folder/munge.sock,cred_expire=5
PluginDir=$library/slurm-wlm
PlugStackConfig=$folder/plugstack.conf
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=3
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 State=UNKNOWN
PartitionName=low Nodes=ALL PriorityTier=1 GraceTime=10 Default=YES
PartitionName=high Nodes=ALL PriorityTier=2 PreemptMode=OFF
CONF

# Waits until a command succeeds, at most a minute.
await() {
  for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
  echo "waited in vain for: $*" >&2
  tail -n 5 ./*.log >&2
  exit 2
}
is_idle() { [ "$(sinfo -h -o %T)" = idle ]; }

munged --force --key-file="$folder/munge.key" --socket="$folder/munge.sock" --pid-file="$folder/munged.pid" \
  --seed-file="$folder/munged.seed" --log-file="$folder/munged.log" 2>/dev/null
slurmctld -c -f "$SLURM_CONF"
slurmd -d "$folder/root/usr/sbin/slurmstepd" -N n1 -f "$SLURM_CONF"
await is_idle
cat >notes.sh <<'NOTES'
trap 'date +%s >>"$1"' TERM
touch "$1.ready"
for _ in $(seq 600); do sleep 0.1; done
NOTES
cat >job.sh <<'JOB'
#!/bin/bash
srun --ntasks=1 bash notes.sh step &
exec bash notes.sh batch
JOB
sbatch --quiet --partition=low --requeue --cpus-per-task=2 --output=job.out job.sh
await test -e step.ready -a -e batch.ready
before=$(date +%s)
sbatch --quiet --partition=high --cpus-per-task=2 --output=/dev/null --wrap true
await test -s step
await test -s batch
after() { echo $(($(head -n 1 "$1") - before)); }
echo "Slurm $(slurmctld -V | cut -d' ' -f2), GraceTime 10 s: SIGTERM reached the step after $(after step) s, the batch script after $(after batch) s"
if [ "$(after step)" -le 5 ] && [ "$(after batch)" -ge 9 ]; then
  echo "as seen before"
else
  echo "CHANGED: the batch script is warned, or the step is not" && exit 1
fi
