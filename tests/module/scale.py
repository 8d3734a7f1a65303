#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many servers that load the same rulesets cost one compilation and little memory.

scale.py [SERVERS]: prints the time of nginx -t and the master's memory for one server and for many, without and with the
module's directives; fails if many servers cost more than 1.5 times one server plus what nginx itself needs for the others.
"""
import pathlib
import resource
import subprocess
import sys
import tempfile

from server import Nginx
from load import rss_kb

ALLOWED_RATIO = 1.5


def configuration(servers, rasp):
    settings = "rasp block; rasp_rules {rules}/*.json;" if rasp else ""
    blocks = "".join("server { listen 127.0.0.1:{port}; server_name s%d.test; %s location / { return 204; } location /a/ { %s } }"
                     % (i, settings, "rasp detect;" if rasp else "") for i in range(servers))
    return "server_names_hash_max_size 8192; server_names_hash_bucket_size 128;" + blocks


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(servers, rasp):
    """(CPU seconds of nginx -t: the best of three, the master's memory in KiB)."""
    with tempfile.TemporaryDirectory(prefix="rasp-") as directory:
        pathlib.Path(directory).chmod(0o755)
        nginx = Nginx(directory, 1)
        nginx.configure(configuration(servers, rasp))
        times = []
        for _ in range(3):
            begin = cpu_of_children()
            subprocess.run(nginx.command("-t"), check=True, capture_output=True, env=nginx.environment())
            times.append(cpu_of_children() - begin)
        nginx.start(configuration(servers, rasp))
        memory = rss_kb(nginx.process.pid)
        nginx.stop()
        return min(times), memory


def main():
    servers = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    plain_one, plain_many = measure(1, False), measure(servers, False)
    rasp_one, rasp_many = measure(1, True), measure(servers, True)
    worst = 0.0
    for what, unit, index, scale in (("nginx -t", "ms", 0, 1000), ("memory of the master", "KiB", 1, 1)):
        floor = rasp_one[index] + plain_many[index] - plain_one[index]
        ratio = rasp_many[index] / floor
        worst = max(worst, ratio)
        print(f"{what}: nginx alone {plain_one[index] * scale:.0f} {unit} for 1 server, {plain_many[index] * scale:.0f} for "
              f"{servers}; with rules {rasp_one[index] * scale:.0f} and {rasp_many[index] * scale:.0f}: {ratio:.2f} times one "
              "server and nginx's own cost")
    return 1 if worst > ALLOWED_RATIO else 0


if __name__ == "__main__":
    sys.exit(main())
