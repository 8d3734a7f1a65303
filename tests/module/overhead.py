#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the module itself costs a request: instructions with `rasp off` and with a ruleset that has no rules.

overhead.py [--max-added N] [--max-allocations N]: counts with callgrind, so the figures are the same on every run. Exit status 1: a
request adds more instructions, or makes more blocks of memory in steady state, than the bar allows.
"""
import argparse
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from client import Client
from server import Nginx

FEW, MANY = 100, 1100
REQUEST = Client.message("GET", "/f.html?a=1&b=two", headers={
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "text/html,*/*", "Accept-Language": "en",
    "Cookie": "a=b; c=d", "Referer": "http://x.test/"})


def count(mode, requests):
    """(instructions, blocks that the module's requests took from malloc) of one server's life."""
    with tempfile.TemporaryDirectory(prefix="rasp-") as directory:
        pathlib.Path(directory).chmod(0o755)
        nginx = Nginx(directory, 1)
        nginx.write("www/f.html", "x" * 1000)
        nginx.write("empty.conf", "SecRuleEngine On\n")
        nginx.configure("keepalive_requests 100000; rasp_rules {dir}/empty.conf; rasp_log {dir}/events.log; rasp " + mode
                        + "; server { listen 127.0.0.1:{port}; root {root}; }")
        path = nginx.path("nginx.conf")
        path.write_text(path.read_text().replace("master_process on", "master_process off"))
        profile = nginx.path("profile")
        server = subprocess.Popen(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *nginx.command()],
                                  stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 60
        while True:
            try:
                client = Client(nginx.port)
                break
            except OSError:
                if time.monotonic() > deadline:
                    server.kill()
                    raise
                time.sleep(0.1)
        with client:
            for _ in range(requests):
                client.send(REQUEST)
                assert client.read().status == 200
        server.send_signal(signal.SIGTERM)
        _, said = server.communicate(timeout=60)
        calls = subprocess.run(["callgrind_annotate", "--tree=caller", "--inclusive=yes", "--threshold=100", str(profile)],
                               capture_output=True, text=True, check=True).stdout
        blocks = [int(n.replace(",", "")) for n in re.findall(r"< \S*request_memory\.cc:rasp::RequestMemory::Add\S*.*?\(([\d,]+)x\).*\n"
                                                              r"(?:.*<.*\n)*.*\* .*malloc\.c:malloc \[", calls)]
        blocks += [int(n.replace(",", "")) for n in re.findall(r"< \S*worker_blocks\.cc:rasp::TakeBlock\(int\) \(([\d,]+)x\)", calls)]
        return int(re.search(r"refs:\s+([\d,]+)", said)[1].replace(",", "")), sum(blocks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--max-added", type=int)
    parser.add_argument("--max-allocations", type=int)
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("not run: valgrind is not installed")
        return 0
    cost, blocks = {}, 0
    for mode in ("off", "block"):
        (few, few_blocks), (many, many_blocks) = count(mode, FEW), count(mode, MANY)
        cost[mode], blocks = (many - few) / (MANY - FEW), many_blocks - few_blocks
    added = cost["block"] - cost["off"]
    print(f"a GET of a file: {cost['off']:.0f} instructions with rasp off, {cost['block']:.0f} with a ruleset without rules, "
          f"{added:.0f} added; {blocks} blocks of memory made for {MANY - FEW} requests in steady state")
    missed = (options.max_added is not None and added > options.max_added) or (
        options.max_allocations is not None and blocks > options.max_allocations)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
