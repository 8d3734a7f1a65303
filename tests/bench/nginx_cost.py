#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""CPU per request and memory of nginx with the module against the same nginx that only proxies, in one run.

Both proxy to a third nginx over kept-alive connections; rounds alternate A B, B A, ...; every request carries words that
were never sent before. CPU is the worker's own time on a core (/proc/PID/schedstat), so the client does not count.
Options: --seconds (per round), --rounds, --rules GLOB, --json FILE, --max-ratio MIX=N (fails above it; repeatable).
Environment: RASP_MODULE (the .so). Exit status 1 if a request was answered wrongly or a ratio is above its bar.
"""
import argparse
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
WORDS = ("river garden window yellow summer evening bicycle mountain harbour lantern copper meadow village thunder "
         "blanket compass orchard velvet pepper island").split()

CONF = """daemon off; worker_processes 1; worker_cpu_affinity 01; pid {dir}/pid; error_log {dir}/error.log warn; {main}
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 10000000; client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
  fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  {http}
}}
"""
PROXY = """upstream app {{ server 127.0.0.1:{backend}; keepalive 16; }}
  server {{ listen 127.0.0.1:{port}; {server}
    location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }} }}"""
BROWSER = ("Host: www.example.com\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
           "Gecko) Chrome/126.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: "
           "en-US,en;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\nReferer: https://www.example.com/catalog/{word}\r\nCookie: "
           "session_id={token}; theme=dark; _ga=GA1.2.1163215123.1718000000\r\n")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Traffic:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def word(self):
        return self.rng.choice(WORDS) + self.rng.choice(WORDS) + str(self.rng.randrange(10**6))

    def text(self, size):
        out = ""
        while len(out) < size:
            out += self.word() + " "
        return out[:size].strip()

    def head(self, line):
        return line + "\r\n" + BROWSER.format(word=self.word(), token="%032x" % self.rng.getrandbits(128))

    def post(self, content_type, body):
        return (self.head("POST /orders HTTP/1.1") + f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()

    def browser_get(self):
        return (self.head(f"GET /catalog/item.html?ref={self.word()} HTTP/1.1") + "\r\n").encode()

    def form_1k(self):
        body = "&".join(f"field{i}={self.text(92).replace(' ', '+')}" for i in range(10))
        return self.post("application/x-www-form-urlencoded", body)

    def json_2k(self):
        items = [{"sku": self.word(), "quantity": self.rng.randrange(9), "note": self.text(40)} for _ in range(22)]
        return self.post("application/json", json.dumps({"customer": self.word(), "items": items}))


MIXES = {"browser_get": Traffic.browser_get, "form_1k": Traffic.form_1k, "json_2k": Traffic.json_2k}


class Server:
    def __init__(self, name, main="", http="", port=None):
        self.name, self.port = name, port
        self.dir = tempfile.mkdtemp(prefix="rasp-bench-")
        os.chmod(self.dir, 0o755)
        conf = pathlib.Path(self.dir, "nginx.conf")
        conf.write_text(CONF.format(dir=self.dir, main=main, http=http))
        self.process = subprocess.Popen([NGINX, "-e", f"{self.dir}/error.log", "-c", str(conf)])
        self.worker = self.wait()

    def wait(self):
        for _ in range(200):
            if self.process.poll() is not None:
                break
            children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                if children:
                    return int(children[0])
            except OSError:
                pass
            time.sleep(0.05)
        sys.exit(f"{self.name} did not start:\n" + pathlib.Path(self.dir, "error.log").read_text())

    def cpu_ns(self):  # all threads of the worker
        return sum(int(p.read_text().split()[0]) for p in pathlib.Path(f"/proc/{self.worker}/task").glob("*/schedstat"))

    def rss_kb(self, pid=None):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid or self.worker}/status").read_text())[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        shutil.rmtree(self.dir, ignore_errors=True)


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = b""

    def exchange(self, request):
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
        self.buffer = rest
        while len(self.buffer) < length:
            self.more()
        self.buffer = self.buffer[length:]
        return int(head.split(b" ", 2)[1])

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            sys.exit("the server closed the connection")
        self.buffer += data


def measure(server, mix, traffic, seconds):
    """CPU microseconds of the worker per request, over `seconds` of requests made beforehand in batches."""
    client, requests, cpu, wrong = Client(server.port), 0, 0, 0
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        batch = [MIXES[mix](traffic) for _ in range(200)]
        before = server.cpu_ns()
        for request in batch:
            wrong += client.exchange(request) != 200
        cpu += server.cpu_ns() - before
        requests += len(batch)
    client.socket.close()
    return cpu / requests / 1000, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rules", default=str(ROOT / "rulesets/owasp-top10/*.json"))
    parser.add_argument("--json")
    parser.add_argument("--max-ratio", action="append", default=[])
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    module = os.environ.get("RASP_MODULE", str(ROOT / "build/dev/module/ngx_http_rasp_module.so"))
    backend_port = free_port()
    page = "x" * 1024
    backend = Server("backend", port=backend_port, http=(
        f"server {{ listen 127.0.0.1:{backend_port}; location / {{ default_type text/html; return 200 '{page}'; }} }}"))
    a_port, b_port = free_port(), free_port()
    proxy = Server("proxy", port=a_port, http=PROXY.format(backend=backend_port, port=a_port, server=""))
    ours = Server("rasp", port=b_port, main=f"load_module {module};", http=PROXY.format(
        backend=backend_port, port=b_port, server=f"rasp block; rasp_rules {options.rules};"))

    bars = dict(item.split("=") for item in options.max_ratio)
    failed, figures = False, {}
    idle = {s.name: s.rss_kb() for s in (proxy, ours)}
    print(f"{'mix':12} {'proxy us':>9} {'rasp us':>9} {'ratio':>6} {'added us':>9}   (medians of {options.rounds} alternated rounds)")
    try:
        for mix in MIXES:
            samples = {proxy: [], ours: []}
            seeds = itertools.count(hash(mix) & 0xFFFF)
            for number in range(options.rounds):
                for server in (proxy, ours) if number % 2 == 0 else (ours, proxy):
                    cost, wrong = measure(server, mix, Traffic(next(seeds)), options.seconds)
                    samples[server].append(cost)
                    failed |= wrong > 0
                    if wrong:
                        print(f"{mix}: {wrong} answers of {server.name} were not 200")
            a, b = statistics.median(samples[proxy]), statistics.median(samples[ours])
            figures[mix] = {"proxy_us": a, "rasp_us": b, "ratio": b / a}
            print(f"{mix:12} {a:9.1f} {b:9.1f} {b / a:6.2f} {b - a:9.1f}")
            if mix in bars and b / a > float(bars[mix]):
                print(f"{mix}: ratio {b / a:.2f} is above its bar of {bars[mix]}")
                failed = True
        for server in (proxy, ours):
            figures[server.name + "_rss_kb"] = {"idle": idle[server.name], "after": server.rss_kb()}
            print(f"worker RSS {server.name:6} {idle[server.name] / 1024:6.1f} MB at start, {server.rss_kb() / 1024:6.1f} MB after")
    finally:
        for server in (ours, proxy, backend):
            server.stop()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
