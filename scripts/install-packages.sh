#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian 12 packages that a purpose needs and the machine lacks. Usage: install-packages.sh build|demo|test ...
# `build` compiles module and raspctl, `demo` runs the demo, `test` runs everything. Needs root only if something is missing.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config nginx nginx-dev libre2-dev libpcre2-dev libmodsecurity-dev
  libmaxminddb-dev nlohmann-json3-dev libspdlog-dev
  libxml2-dev zlib1g-dev libbrotli-dev libzstd-dev libcli11-dev libyaml-cpp-dev libssl-dev)
demo=("${build[@]}" python3 python3-lxml ca-certificates)
test=("${demo[@]}" build-essential clang-14 clang-format-14 libclang-rt-14-dev llvm-14 libgtest-dev curl git
  python3-pytest python3-yaml python3-jsonschema python3-h2 openssl iproute2 debootstrap buildah
  libnginx-mod-http-modsecurity modsecurity-crs
  libbenchmark-dev valgrind
  debhelper fakeroot ccache)

wanted=()
for purpose in "$@"; do
  case "$purpose" in
    build) wanted+=("${build[@]}") ;;
    demo) wanted+=("${demo[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    *) echo "install-packages.sh: unknown purpose '$purpose' (build, demo or test)" >&2; exit 2 ;;
  esac
done

missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if [ "$(id -u)" -ne 0 ]; then
  echo "These packages are missing; run as root, or: apt-get install ${missing[*]}" >&2
  exit 1
fi
# A server that apt starts on installation would take ports that are not ours to take.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
