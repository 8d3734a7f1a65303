#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh SECONDS BUILD_DIR [NAME...]: runs each fuzz_NAME that BUILD_DIR holds (or only those named) for SECONDS, two at a
# time, from the seeds in corpus/NAME and with the words in NAME.dict, where these exist. New inputs and findings stay
# in a directory outside the tree, named at the end if there was a finding. One line a target: name, executions, result.
#
#   RASP_FUZZ_SEED     seed of the random generator (1)
#   RASP_FUZZ_MAX_LEN  longest input in bytes (4096)
#   RASP_FUZZ_SCRATCH  where new inputs and findings go (a new directory under TMPDIR); reuse it to go on from there
set -euo pipefail

usage() {
  sed -n '3,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[[ $# -ge 2 && $1 =~ ^[1-9][0-9]*$ ]] || usage
seconds=$1
build=$2
shift 2
[[ -d $build ]] || { echo "run.sh: no directory $build" >&2; exit 2; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seed=${RASP_FUZZ_SEED:-1}
max_len=${RASP_FUZZ_MAX_LEN:-4096}
scratch=${RASP_FUZZ_SCRATCH:-$(mktemp -d "${TMPDIR:-/tmp}/rasp-fuzz.XXXXXX")}
at_once=2

declare -A program=()
while IFS= read -r path; do
  name=${path##*/fuzz_}
  program[$name]=$path
done < <(find "$build" -type f -name 'fuzz_*' -perm -u+x ! -name '*.*' | sort)

if [[ $# -gt 0 ]]; then
  names=("$@")
else
  mapfile -t names < <(printf '%s\n' "${!program[@]}" | sort)
fi
if [[ ${#program[@]} -eq 0 ]]; then
  echo "run.sh: no fuzz_* program in $build" >&2
  exit 2
fi
for name in "${names[@]}"; do
  [[ -n ${program[$name]:-} ]] || { echo "run.sh: no fuzz_$name in $build" >&2; exit 2; }
done

# A target succeeds if it ends by itself without a finding and has run at least once.
run_one() {
  local name=$1 dir=$scratch/$1 status=0 execs result
  mkdir -p "$dir/corpus" "$dir/findings"
  local args=("-max_total_time=$seconds" "-seed=$seed" "-max_len=$max_len" -timeout=10 -rss_limit_mb=2048
    -print_final_stats=1 "-artifact_prefix=$dir/findings/")
  [[ ! -f $here/$name.dict ]] || args+=("-dict=$here/$name.dict")
  local inputs=("$dir/corpus")
  [[ ! -d $here/corpus/$name ]] || inputs+=("$here/corpus/$name")
  "${program[$name]}" "${args[@]}" "${inputs[@]}" >"$dir/log" 2>&1 || status=$?
  execs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/log")
  result=ok
  [[ ${execs:-0} -gt 0 ]] || result="did not run (see $dir/log)"
  if [[ $status -ne 0 ]]; then
    result="FINDING (exit $status, see $dir/log and $dir/findings)"
  fi
  printf '%-20s %12s  %s\n' "$name" "${execs:-0}" "$result"
  [[ $result == ok ]]
}

failures=0
running=0
for name in "${names[@]}"; do
  if [[ $running -eq $at_once ]]; then
    wait -n || failures=$((failures + 1))
    running=$((running - 1))
  fi
  run_one "$name" &
  running=$((running + 1))
done
while [[ $running -gt 0 ]]; do
  wait -n || failures=$((failures + 1))
  running=$((running - 1))
done

if [[ $failures -gt 0 ]]; then
  echo "run.sh: $failures of ${#names[@]} targets failed; inputs are in $scratch" >&2
  exit 1
fi
[[ -n ${RASP_FUZZ_SCRATCH:-} ]] || rm -rf "$scratch"
