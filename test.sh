#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs every test on Debian 12. Installs the packages that are missing (then as root).
#   ./test.sh            the whole suite, long checks as a seeded sample
#   ./test.sh --full     long checks in full: fuzzers five minutes each, 10^6 inputs a primitive, 10^6 mutated requests
#   ./test.sh STAGE...   only these stages (./test.sh --list names them)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
reports=$root/build/reports
python=/usr/bin/python3

full=0
stages=()
for argument in "$@"; do
  case "$argument" in
    --full) full=1 ;;
    --list) grep -oP '^stage_\K\w+' "$0"; exit 0 ;;
    -h | --help) sed -n '3,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) stages+=("$argument") ;;
  esac
done

fuzz_seconds=6 primitive_inputs=20000 RASP_MUTATIONS=1500 RASP_PREFILTER_MUTATIONS=20000 pytest_seconds=1500
if [ "$full" = 1 ]; then
  fuzz_seconds=300 primitive_inputs=1000000 RASP_MUTATIONS=20000 RASP_PREFILTER_MUTATIONS=1000000 pytest_seconds=7200
fi
export RASP_MUTATIONS            # of CRS's tests, compared with libmodsecurity
export RASP_PREFILTER_MUTATIONS  # of CRS's tests, compared with the engine without its prefilter
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export RASP_FULL=$full           # uploads of a gigabyte, and how fast they pass
export RASP_FUZZ_SEED=1 PYTHONDONTWRITEBYTECODE=1
export RASP_MODULE=$root/build/dev/module/ngx_http_rasp_module.so
export RASP_RULES=$root/rulesets/owasp-top10
export RASPCTL=$root/build/dev/engine/cli/raspctl
export RASP_ASAN_MODULE=$root/build/asan/module/ngx_http_rasp_module.so
asan_environment=(ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1)

build() {  # build PRESET [TARGET...]: quiet unless it fails
  local preset=$1 log=build/$1.log launcher=()
  shift
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  { cmake --preset "$preset" "${launcher[@]}" && cmake --build --preset "$preset" "${@/#/--target=}"; } >"$log" 2>&1 ||
    { tail -n 40 "$log"; return 1; }
}

pytest() {  # pytest NAME PATH...: one junit report a stage
  local name=$1
  shift
  timeout "$pytest_seconds" "$python" -m pytest -q -p no:cacheprovider --junitxml="$reports/$name.xml" "$@"
}

as_case() {  # as_case NAME COMMAND...: a command whose exit status is one test case
  local name=$1 status=0
  shift
  "$@" || status=$?
  "$python" tests/report.py case "$reports/$name.xml" "$name" "$status"
  return "$status"
}

stage_build() { as_case build-dev build dev raspctl ngx_http_rasp_module differential prefilter crs_load engine_bench transactions \
  allocation_tests linear load_client && as_case build-asan build asan; }
stage_lint() { pytest lint tests/lint; }
stage_unit() {
  local program status=0 found=0
  for program in build/asan/tests/unit/*/*_tests; do
    [ -x "$program" ] || continue
    found=1
    env "${asan_environment[@]}" "$program" --gtest_brief=1 \
      --gtest_output="xml:$reports/unit-$(basename "$program").xml" || status=1
  done
  [ "$found" = 1 ] || { echo "no unit test program was built"; return 1; }
  return "$status"
}
stage_rulesets() { pytest rulesets tests/rulesets; }
stage_module() { pytest module tests/module; }
stage_conformance() {
  local status=0
  pytest conformance tests/conformance || status=1
  as_case primitives env "${asan_environment[@]}" ASAN_OPTIONS=detect_leaks=0 \
    build/asan/tests/conformance/primitives "$primitive_inputs" || status=1
  return "$status"
}
stage_soak() {
  local status=0
  as_case soak-asan env RASP_ASAN=1 RASP_MODULE="$RASP_ASAN_MODULE" "$python" tests/module/soak.py 20000 64 || status=1
  as_case reload "$python" tests/module/reload.py 100 || status=1
  as_case scale "$python" tests/module/scale.py 1000 || status=1
  return "$status"
}
stage_fuzz() {
  as_case build-fuzz build fuzz && as_case fuzz tests/fuzz/run.sh "$fuzz_seconds" "$root/build/fuzz/tests/fuzz"
}
stage_demo() { pytest demo tests/e2e; }
stage_package() { pytest package tests/package; }
# Half of what an idle machine shows, so that a busy one does not fail: the figures themselves are in docs/performance.md.
bench_bars=(--min-ratio get_short=12 --min-ratio json_2k=20 --min-ratio multipart_100k=40 --max-attack 2.5)
stage_bench() {
  local status=0 length=(--seconds 0.2 --rounds 3)
  if [ "$full" = 1 ]; then length=(--seconds 2 --rounds 7); fi
  as_case nginx-cost "$python" tests/bench/nginx_cost.py "${length[@]}" --level4 "${bench_bars[@]}" \
    --json "$reports/nginx-cost.json" || status=1
  build/dev/tests/bench/allocation_tests --gtest_brief=1 --gtest_output="xml:$reports/bench-allocations.xml" || status=1
  as_case instructions "$python" tests/bench/instructions.py || status=1
  as_case crs-load "$python" tests/bench/crs_load.py || status=1
  if [ "$full" = 1 ]; then
    as_case linear "$python" tests/bench/linear.py --largest 16777216 --fuzzed 100000 || status=1
    as_case latency "$python" tests/bench/nginx_latency.py --max-p99 5 || status=1
  fi
  return "$status"
}

order=(build lint unit rulesets module conformance soak fuzz demo package bench)
if [ "${#stages[@]}" -eq 0 ]; then stages=("${order[@]}"); fi

scripts/install-packages.sh test || exit 1
mkdir -p "$reports"
rm -f "$reports"/*.xml

failed=()
for stage in "${stages[@]}"; do
  declare -F "stage_$stage" >/dev/null || { echo "test.sh: no stage '$stage' (see --list)" >&2; exit 2; }
  started=$SECONDS
  echo "== $stage"
  "stage_$stage" || failed+=("$stage")
  echo "== $stage: $((SECONDS - started)) s"
done

if [ "${#failed[@]}" -gt 0 ]; then echo "Stages that failed: ${failed[*]}"; fi
"$python" tests/report.py summary "$reports" "${#failed[@]}"
