#!/usr/bin/env bash
# mini-slurm.sh up | down | fail NODE | recover NODE | env | guard
#
# A real Slurm on this host, in one directory: munged, slurmctld and a slurmd for every node. It needs the Debian packages
# slurmctld, slurmd, slurm-client, munge and procps, and neither root, systemd, control groups nor a file outside the directory.
# `guard` is `up`, the line "ready", and `down` once its stdin ends, that is, however the process that started it ends.
#
#   MINI_SLURM_ROOT   the directory; short, for the paths of sockets in it end at 107 characters   (/tmp/mini-slurm)
#   MINI_SLURM_PORTS  the port of slurmctld and one for every node                                 (26800 26801 26802)
#   MINI_SLURM_NODE   what every node has, as slurm.conf says it                                   (CPUs=4 RealMemory=4000)
#   MINI_SLURM_GPUS   character devices that pass for the GPUs of a node, at most four             (0)
#   MINI_SLURM_GRACE  seconds between the warning of a preemption and its end                      (5)
#   MINI_SLURM_EXTRA  further lines of slurm.conf; of a name given twice the later one holds
set -euo pipefail
root=${MINI_SLURM_ROOT:-/tmp/mini-slurm}
read -ra ports <<<"${MINI_SLURM_PORTS:-26800 26801 26802}"
gpus=${MINI_SLURM_GPUS:-0}
devices=(/dev/null /dev/zero /dev/full /dev/urandom) # never opened: without control groups nothing looks into them
nodes=$((${#ports[@]} - 1))
deadline_seconds=60
export PATH=$PATH:/usr/sbin SLURM_CONF=$root/etc/slurm.conf
host=$(hostname -s)
cluster=mini${ports[0]}

configure() {
  umask 022
  mkdir -p "$root"/{etc,run,log,state,spool}
  [ -s "$root/etc/munge.key" ] || (umask 077 && head -c 128 /dev/urandom >"$root/etc/munge.key")
  : >"$root/etc/plugstack.conf"
  write_slurm_conf >"$SLURM_CONF"
  # From 23.11 on slurmd wants to know of a plugin for control groups; 22.05 does not know the word.
  case "$(slurmd -V)" in *' 2'[0-2].* | *' 23.02'*) ;; *) echo CgroupPlugin=disabled >"$root/etc/cgroup.conf" ;; esac
}

write_slurm_conf() {
  local node gres=
  if [ "$gpus" -gt 0 ]; then
    gres=Gres=gpu:fake:$gpus
    echo GresTypes=gpu
    for ((node = 0; node < gpus; node++)); do
      echo "NodeName=n[1-$nodes] Name=gpu Type=fake File=${devices[node]}"
    done >"$root/etc/gres.conf"
  fi
  # cred_expire is also how long a requeued job waits: 120 s unless set, and never less than 5 s.
  cat <<CONF
ClusterName=$cluster
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=${ports[0]}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$root/run/munge.sock,cred_expire=5
PlugStackConfig=$root/etc/plugstack.conf
MailProg=/bin/true
StateSaveLocation=$root/state
SlurmdSpoolDir=$root/spool/%n
SlurmctldPidFile=$root/run/slurmctld.pid
SlurmdPidFile=$root/run/slurmd.%n.pid
SlurmctldLogFile=$root/log/slurmctld.log
SlurmdLogFile=$root/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
PropagateResourceLimits=NONE
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
KillWait=3
MinJobAge=86400
MessageTimeout=10
SlurmdTimeout=60
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc=$root/log/jobcomp.log
CONF
  for ((node = 1; node <= nodes; node++)); do
    echo "NodeName=n$node NodeHostname=$host NodeAddr=127.0.0.1 Port=${ports[node]}" \
      "${MINI_SLURM_NODE:-CPUs=4 RealMemory=4000} $gres State=UNKNOWN"
  done
  cat <<CONF
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=REQUEUE GraceTime=${MINI_SLURM_GRACE:-5}
PartitionName=high Nodes=ALL Default=NO MaxTime=INFINITE State=UP PriorityTier=100 PreemptMode=OFF
${MINI_SLURM_EXTRA:-}
CONF
}

# Runs a command until it succeeds; says what was waited for when it does not in time.
until_true() {
  local what=$1 end=$((SECONDS + deadline_seconds))
  shift
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $end ] || { echo "mini-slurm: no $what after $deadline_seconds s; see $root/log" >&2; return 1; }
    sleep 0.05
  done
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/${ports[0]}"); }

# Nodes that take jobs.
ready_nodes() { timeout 5 sinfo -h -N -p main -t idle,mixed,allocated -o %N "$@" | wc -l; }
all_are_ready() { [ "$(ready_nodes)" = "$nodes" ]; }
is_ready() { [ "$(ready_nodes -n "$1")" = 1 ]; }

up() {
  configure
  start munged --force --key-file="$root/etc/munge.key" --socket="$root/run/munge.sock" \
    --pid-file="$root/run/munged.pid" --seed-file="$root/run/munged.seed" --log-file="$root/log/munged.log"
  start slurmctld -c -f "$SLURM_CONF"
  until_true "slurmctld on port ${ports[0]}" listens
  local node
  for ((node = 1; node <= nodes; node++)); do start_node "n$node"; done
  until_true "$nodes nodes" all_are_ready
}

# These programs return once their daemon runs; its streams must not hold those of the caller.
start() { "$@" </dev/null >>"$root/log/start.log" 2>&1; }

start_node() {
  mkdir -p "$root/spool/$1"
  start slurmd -N "$1" -f "$SLURM_CONF"
}

# Every process of a node: the daemons, known by the log they hold open, the jobs' by their environment, and all that
# these started. The daemons come first: once killed they tell nobody how a job ended.
processes_of() {
  local log=$root/log/slurmd.$1.log found
  found=$(daemons_of "$log"; tasks_of "$1")
  ps -eo pid=,ppid=,stat= | awk -v found="$found" '
    BEGIN { count = split(found, list); for (i in list) wanted[list[i]] = 1 }
    { parent[$1] = $2; ended[$1] = $3 ~ /^Z/ }
    END {
      do {
        grown = 0
        for (pid in parent) if (!(pid in wanted) && parent[pid] in wanted) { wanted[pid] = grown = 1; list[++count] = pid }
      } while (grown)
      for (i = 1; i <= count; i++) if (list[i] in parent && !ended[list[i]]) print list[i]
    }'
}

daemons_of() {
  find /proc/[0-9]*/fd -lname "$1" 2>/dev/null | while IFS=/ read -r _ _ pid _; do
    case "$(cat "/proc/$pid/comm" 2>/dev/null)" in slurmd | slurmstepd) echo "$pid" ;; esac
  done || true # processes come and go
}

tasks_of() {
  grep -lzxF "SLURMD_NODENAME=$1" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do
    ! grep -qzxF "SLURM_CLUSTER_NAME=$cluster" "/proc/$pid/environ" 2>/dev/null || echo "$pid"
  done || true
}

# As a machine that loses its power.
kill_node() {
  local pids end=$((SECONDS + deadline_seconds))
  while pids=$(processes_of "$1") && [ -n "$pids" ]; do
    [ $SECONDS -lt $end ] || { echo "mini-slurm: processes of $1 do not end:" $pids >&2; return 1; }
    # shellcheck disable=SC2086
    kill -KILL $pids 2>/dev/null || true
  done
  rm -f "$root/run/slurmd.$1.pid"
}

fail() {
  kill_node "$1"
  timeout 20 scontrol update "nodename=$1" state=down reason=lost
}

recover() {
  start_node "$1"
  timeout 20 scontrol update "nodename=$1" state=resume 2>/dev/null || true # it may have come back by itself
  until_true "node $1" is_ready "$1"
}

down() {
  local node file pid
  for ((node = 1; node <= nodes; node++)); do kill_node "n$node"; done
  for file in "$root"/run/slurmctld.pid "$root"/run/munged.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    kill -TERM "$pid" 2>/dev/null || continue
    until_true "end of process $pid" has_ended "$pid" || kill -KILL "$pid" 2>/dev/null || true
  done
}

# An orphan whose end nobody asks for, as happens in containers, has ended all the same.
has_ended() { case "$(ps -o stat= -p "$1")" in '' | Z*) ;; *) false ;; esac; }

guard() {
  trap : HUP INT TERM # down by the end of stdin alone; a handler, because what is ignored would be so in the jobs, too
  local status=0
  if "$0" up; then # a process of its own, because within a condition nothing that fails would end it
    echo ready
    read -r _ || true
  else
    status=1
    tail -n 20 "$root"/log/*.log >&2 || true
  fi
  down
  rm -rf "$root"
  exit $status
}

case "${1:-}" in
up | down | env | guard) [ $# -eq 1 ] ;;
fail | recover) [ $# -eq 2 ] ;;
*) false ;;
esac || { echo "usage: $0 up | down | fail NODE | recover NODE | env | guard" >&2; exit 2; }
case "$1" in
env) echo "export SLURM_CONF=$SLURM_CONF" ;;
*) "$@" ;;
esac
