#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How long short requests wait while the same worker inspects large ones.

    CRS_DIR=/path/to/coreruleset nginx_latency.py [--connections N] [--seconds S] [--max-p99 MS] [--skip-modsecurity]

N connections post 1 MB of JSON each, one after another, while one connection sends short GETs; all to one worker with OWASP
CRS at paranoia level 1. Targets: "proxy" without inspection, "crs" with our module, which inspects large bodies in a thread pool,
and "modsec" with Debian's ModSecurity module. The worker and its
threads may use both cores. Prints the latencies of the GETs, and how many posts were served meanwhile.
Exit status 1: ours has a 99th percentile above --max-p99, or a request was answered wrongly.
Environment: as for nginx_cost.py.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import nginx_cost
from nginx_cost import CLIENT, PAGE, PROXY, Server, free_port


def configurations(scratch, skip_modsecurity):
    found = nginx_cost.targets(scratch, level4=False)
    del found["own"]
    if skip_modsecurity:
        found.pop("modsec", None)
    main, server = found["crs"]
    found["crs"] = (main + " thread_pool inspection threads=2;", server + " rasp_thread_pool inspection; rasp_offload_bytes 64k;")
    return found


def start(server, mix, **options):
    command = [CLIENT, str(server.port), mix, *(f"{key}={value}" for key, value in options.items())]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def measure(server, options):
    """Latencies of GETs beside the posts, and the posts' own figures."""
    posts = start(server, "json_1m", connections=options.connections, seconds=options.seconds + 1, seed=1)
    time.sleep(1)  # the worker has its hands full
    gets = start(server, "get_short", connections=1, seconds=options.seconds, seed=2)
    figures = json.loads(gets.communicate(timeout=900)[0] or "{}")
    load = json.loads(posts.communicate(timeout=900)[0] or "{}")
    if not figures or not load:
        sys.exit(f"{server.name}: no answers")
    return figures, load


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--max-p99", type=float)
    parser.add_argument("--skip-modsecurity", action="store_true", help="a GET waits there for as many seconds as there are posts")
    options = parser.parse_args()
    if not os.environ.get("CRS_DIR"):
        print("not run: CRS_DIR is not set")
        return 0
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    backend_port, missed = free_port(), []
    scratch = tempfile.mkdtemp(prefix="rasp-bench-")
    backend = Server("backend", f"server {{ listen 127.0.0.1:{backend_port}; location / {{ default_type text/html; return 200 '{PAGE}'; }} }}",
                     backend_port, core="10")
    print(f"{'target':8} {'GETs':>7} {'p50 ms':>9} {'p99 ms':>9} {'max ms':>9} {'posts':>7} {'posts/s':>8} {'RSS MB':>7}   "
          f"(GETs beside {options.connections} connections that post 1 MB of JSON)")
    try:
        for name, (load, server) in configurations(scratch, options.skip_modsecurity).items():
            port = free_port()
            nginx = Server(name, PROXY.format(backend=backend_port, port=port, server=server), port, main=load, core="11")
            try:
                gets, posts = measure(nginx, options)
                print(f"{name:8} {gets['requests']:7} {gets['p50_ms']:9.3f} {gets['p99_ms']:9.3f} {gets['max_ms']:9.3f} {posts['requests']:7} "
                      f"{posts['per_second']:8.1f} {nginx.memory_kb('VmHWM') / 1024:7.1f}", flush=True)
            finally:
                nginx.stop()
            for kind, run in (("GETs", gets), ("posts", posts)):
                if set(run["statuses"]) != {"200"}:
                    missed.append(f"{name}: answers to {kind}: {run['statuses']}")
            if name == "crs" and options.max_p99 and gets["p99_ms"] > options.max_p99:
                missed.append(f"crs: the GETs' 99th percentile is {gets['p99_ms']:.1f} ms, the bar is {options.max_p99}")
    finally:
        backend.stop()
        shutil.rmtree(scratch, ignore_errors=True)
    for text in missed:
        print(text)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
