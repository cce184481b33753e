#!/usr/bin/env bash
# slurm_test.sh COMMAND: COMMAND makes a film in shares on a Slurm cluster of two nodes, both on this
# machine. One node dies in the middle of its share, which is queued again; the film that is merged is
# that of a single run, byte for byte. Exit 77 where Slurm is missing or its daemons do not start.
set -euo pipefail
command=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

skip() {
    echo "skipped: $*"
    exit 77
}
fail() {
    echo "slurm_test: $*"
    tail -n 20 "$work"/*.log
    exit 1
}
PATH=$(dirname "$command"):$PATH:/usr/sbin
for program in slurmctld slurmd sbatch munged ffmpeg; do
    command -v "$program" >/dev/null || skip "$program is missing; ./dev test installs it"
done

# The name of a socket must be short.
work=$(mktemp -d /tmp/slurm.XXXXXX)
chmod 755 "$work"
daemons=()
stop_cluster() {
    if ((${#daemons[@]})); then
        kill "${daemons[@]}" 2>/dev/null || true
        wait
    fi
    rm -rf "$work"
}
trap stop_cluster EXIT

# ---- A cluster -----------------------------------------------------------------------------------

start() {
    local log=$1
    shift
    "$@" >>"$work/$log.log" 2>&1 &
    daemons+=($!)
}

is_free() { ! (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints the first of three ports in a row that nobody listens on.
find_ports() {
    local first
    for first in $(shuf -i 20000-29000 -n 50); do
        if is_free "$first" && is_free $((first + 1)) && is_free $((first + 2)); then
            echo "$first"
            return
        fi
    done
}

start_cluster() {
    local port user
    port=$(find_ports)
    user=$(id -un)
    export SLURM_CONF=$work/slurm.conf
    mkdir "$work"/{state,one,two}
    (umask 077 && head -c 128 /dev/urandom >"$work/munge.key")
    cat >"$SLURM_CONF" <<END
ClusterName=diorama
SlurmctldHost=localhost
SlurmctldPort=$port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
SlurmdSpoolDir=$work/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdTimeout=10
NodeName=one NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1
NodeName=two NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1
PartitionName=all Nodes=one,two Default=YES
END
    start munged munged --foreground --force --key-file="$work/munge.key" \
        --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
        --log-file="$work/munged.log" --seed-file="$work/munged.seed"
    start slurmctld slurmctld -D
    start two slurmd -D -N two
    start one slurmd -D -N one
    node_one=${daemons[-1]}
    wait_until 60 cluster_is_idle || skip "Slurm's daemons do not start here: $(tail -n 1 "$work"/*.log)"
}

cluster_is_idle() { [[ $(sinfo -h -o '%D %t' 2>/dev/null) == '2 idle' ]]; }

# wait_until SECONDS COMMAND...
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

# The processes of shares on the first node, which know whose they are.
pids_on_one() {
    local file
    while read -r file; do
        if grep -qzsxF SLURMD_NODENAME=one "$file"; then basename "${file%/environ}"; fi
    done < <(grep -lzsxF "SLURM_CONF=$SLURM_CONF" /proc/[0-9]*/environ)
}

# The node is gone with all that runs on it: its daemon, the share, and the step that watches it.
kill_node_one() {
    local pid parent victims=("$node_one")
    for pid in $(pids_on_one); do
        victims+=("$pid")
        parent=$(awk '/^PPid:/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
        if [[ ${parent:-1} -gt 1 ]]; then victims+=("$parent"); fi
    done
    kill -9 "${victims[@]}" 2>/dev/null || true  # some end by themselves
}

# ---- A film in two shares ------------------------------------------------------------------------

start_cluster
cd "$work"
ffmpeg -v error -f lavfi -i testsrc2=size=128x96:rate=2:duration=90 \
    -f lavfi -i sine=duration=90 -c:v libx264 -c:a aac film.mkv </dev/null
job=(depth film.mkv --colormap turbo --codec ffv1)
"$command" "${job[@]}" -o single.mkv --progress none >/dev/null

shares=$(sbatch --parsable --array=1-2 "$root/examples/cluster/film.sbatch" "${job[@]}" -o film_depth.mkv)
merge=$(sbatch --parsable --dependency="afterok:$shares" --output=merge.log \
    --wrap 'diorama merge film_depth.mkv')

task_on_one() { squeue -h -w one -t running -o '%A %K' | grep .; }
wait_until 60 task_on_one >/dev/null || fail "no share began on the first node"
read -r id share < <(task_on_one)
journal=.film_depth.mkv.parts/journal_${share}_of_2.jsonl
finished_one() { grep -qs '"segment"' "$journal"; }
wait_until 120 finished_one || fail "share $share finished no segment"
kill_node_one
lost_after=$(grep -c '"segment"' "$journal")
echo "node one died when share $share had finished $lost_after segments"

merge_is_over() { [[ -z $(squeue -h -j "$merge" 2>/dev/null) ]]; }
wait_until 240 merge_is_over || fail "the film was not merged"
[[ -f film_depth.mkv ]] || fail "there is no film"
[[ $(scontrol show job "$id" | grep -o 'Restarts=[0-9]*') == Restarts=1 ]] ||
    fail "share $share was not queued again"
cmp single.mkv film_depth.mkv || fail "the film differs from that of a single run"
