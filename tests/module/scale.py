#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Many servers that load the same rulesets cost one compilation and little memory.

scale.py [SERVERS]: prints the time of nginx -t and the master's memory for one server and for many, without and with the
module's directives; fails if what the module adds for many servers is out of proportion to what it adds for one.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

from conftest import RULES, Nginx
from load import rss_kb

ALLOWED_SECONDS = 0.5          # for all further servers together, beyond nginx's own
ALLOWED_KB_FOR_EACH = 4.0      # for each further server, beyond nginx's own


def configuration(servers, rasp):
    settings = "rasp block; rasp_rules {rules}/*.json;" if rasp else ""
    blocks = "".join("server { listen 127.0.0.1:{port}; server_name s%d.test; %s location / { return 204; } location /a/ { %s } }"
                     % (i, settings, "rasp detect;" if rasp else "") for i in range(servers))
    return "server_names_hash_max_size 8192; server_names_hash_bucket_size 128;" + blocks


def measure(servers, rasp):
    """(seconds of nginx -t: the best of three, the master's memory in KiB)."""
    with tempfile.TemporaryDirectory(prefix="rasp-") as directory:
        pathlib.Path(directory).chmod(0o755)
        nginx = Nginx(directory, 1)
        nginx.configure(configuration(servers, rasp))
        times = []
        for _ in range(3):
            begin = time.monotonic()
            subprocess.run(nginx.command("-t"), check=True, capture_output=True, env=nginx.environment())
            times.append(time.monotonic() - begin)
        nginx.start(configuration(servers, rasp))
        memory = rss_kb(nginx.process.pid)
        nginx.stop()
        return min(times), memory


def main():
    servers = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    plain_one, plain_many = measure(1, False), measure(servers, False)
    rasp_one, rasp_many = measure(1, True), measure(servers, True)
    own_seconds = (rasp_many[0] - rasp_one[0]) - (plain_many[0] - plain_one[0])
    own_kb = (rasp_many[1] - rasp_one[1]) - (plain_many[1] - plain_one[1])
    each = own_kb / (servers - 1)
    for name, one, many in (("nginx alone", plain_one, plain_many), ("with rules", rasp_one, rasp_many)):
        print(f"{name}: 1 server {one[0] * 1000:.0f} ms, {one[1]} KiB; {servers} servers {many[0] * 1000:.0f} ms, {many[1]} KiB")
    print(f"{servers - 1} further servers under the same rules ({RULES}) cost {own_seconds * 1000:.0f} ms and {own_kb} KiB "
          f"more than without ({each:.2f} KiB each)")
    return 1 if own_seconds > ALLOWED_SECONDS or each > ALLOWED_KB_FOR_EACH else 0


if __name__ == "__main__":
    sys.exit(main())
