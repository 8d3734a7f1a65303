#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Attacks a vulnerable web shop with and without ngx-rasp and shows what happened. For Debian 12; installs the packages
# that are missing (then as root), builds into build/, listens on loopback addresses only.
#   ./demo.sh           leaves both shops running for a look until Ctrl-C
#   ./demo.sh --once    ends after the tour
# Exit status 0: every attack worked without ngx-rasp and was stopped by it, and no honest request was.
# RASP_MODULE names a module that is built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

case "${1:-}" in
  "" | --once) ;;
  -h | --help) sed -n '3,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "demo.sh: unknown option '$1' (see --help)" >&2; exit 2 ;;
esac

scripts/install-packages.sh demo

module=${RASP_MODULE:-}
if [ -z "$module" ]; then
  module=build/release/module/ngx_http_rasp_module.so
  mkdir -p build
  launcher=()
  if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  echo "Building the module (log: build/release.log)"
  { cmake --preset release "${launcher[@]}" && cmake --build --preset release --target ngx_http_rasp_module; } \
    >build/release.log 2>&1 || { tail -n 40 build/release.log >&2; exit 1; }
fi

export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 nginx-conf/demo/tour.py --module "$module" --rules rulesets/owasp-top10 "$@"
