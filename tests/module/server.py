# SPDX-License-Identifier: Apache-2.0
"""A real nginx for each test: free ports, a directory of its own, and an error log that must stay clean.

RASP_MODULE    path of ngx_http_rasp_module.so
RASP_RULES     directory of the shipped rulesets (default: rulesets/owasp-top10)
RASP_ASAN=1    the module was built with AddressSanitizer: preload its runtime, fail on any report
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

from client import Client

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULE = os.environ.get("RASP_MODULE", str(ROOT / "build/dev/module/ngx_http_rasp_module.so"))
RULES = pathlib.Path(os.environ.get("RASP_RULES", ROOT / "rulesets/owasp-top10"))
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
ASAN = os.environ.get("RASP_ASAN") == "1"
PROBE = HERE / "rules/probe.json"


def asan_environment(directory):
    """Environment under which a stock nginx can load a module with AddressSanitizer in it."""
    library = subprocess.run(["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True)
    options = f"log_path={directory}/asan:detect_leaks=0:abort_on_error=0:halt_on_error=1"
    return {"LD_PRELOAD": library.stdout.strip(), "ASAN_OPTIONS": options,
            "UBSAN_OPTIONS": f"log_path={directory}/ubsan:print_stacktrace=1:halt_on_error=1"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """One nginx instance. `start(http=...)` takes what stands inside http {}; {port}, {tls}, {up} and so on are filled in."""

    def __init__(self, directory, upstream_port, module=MODULE):
        self.module = module
        self.dir = pathlib.Path(directory)
        self.port, self.tls = free_port(), free_port()
        self.names = {"port": self.port, "tls": self.tls, "up": upstream_port, "dir": self.dir, "probe": PROBE,
                      "rules": RULES, "root": self.dir / "www", "h2": free_port()}
        (self.dir / "www").mkdir()
        self.process = None
        self.allowed = []
        self.pooled = False  # bodies of any size are inspected in a thread pool

    def path(self, name):
        return self.dir / name

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def fill(self, text):
        return re.sub(r"\{(\w+)\}", lambda m: str(self.names.get(m[1], m[0])), text)

    def configure(self, http, main="", workers=1):
        malloc = "rasp_debug_malloc on;" if ASAN and self.module == MODULE else ""
        user = "user root;" if os.geteuid() == 0 else ""
        if self.pooled:
            main += "thread_pool inspection threads=2 max_queue=256;"
            malloc += "rasp_thread_pool inspection; rasp_offload_bytes 0;"
        self.write("nginx.conf", f"""
            daemon off; master_process on; worker_processes {workers}; {user}
            pid {self.dir}/nginx.pid; error_log {self.dir}/error.log info;
            load_module {self.module};
            {main}
            events {{ worker_connections 1024; }}
            http {{
                access_log {self.dir}/access.log; default_type text/plain; {malloc}
                types {{ text/html html; text/css css; application/json json; }}
                client_body_temp_path {self.dir}/body; proxy_temp_path {self.dir}/proxy;
                fastcgi_temp_path {self.dir}/fastcgi; uwsgi_temp_path {self.dir}/uwsgi; scgi_temp_path {self.dir}/scgi;
                {self.fill(http)}
            }}""")

    def environment(self):
        environment = dict(os.environ)
        if ASAN:
            environment.update(asan_environment(self.dir))
        return environment

    def command(self, *arguments):
        return [NGINX, "-p", str(self.dir), "-c", str(self.dir / "nginx.conf"), "-e", str(self.dir / "error.log"), *arguments]

    def check(self, http, **keywords):
        """nginx -t: (whether it passed, what it said)."""
        self.configure(http, **keywords)
        done = subprocess.run(self.command("-t"), env=self.environment(), capture_output=True, text=True, timeout=120)
        return done.returncode == 0, done.stderr

    def start(self, http, **keywords):
        self.configure(http, **keywords)
        self.process = subprocess.Popen(self.command(), env=self.environment(), stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError("nginx did not start: " + self.process.stderr.read().decode())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                if self.workers():  # then all ports are open
                    return self
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError("nginx did not listen in time")

    def workers(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def signal(self, number):
        os.kill(int(self.path("nginx.pid").read_text()), number)

    def reload(self):
        """HUP, and wait until the new workers are there."""
        before = set(self.workers())
        self.signal(signal.SIGHUP)
        self.wait(lambda: self.workers() and not before & set(self.workers()), "new workers")

    def wait(self, condition, what, seconds=20):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.02)
        raise AssertionError(f"waited in vain for {what}\n{self.error_log()[-2000:]}")

    def stop(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("nginx did not stop\n" + self.error_log()[-2000:])
        self.process = None

    def error_log(self):
        path = self.path("error.log")
        return path.read_text(errors="replace") if path.exists() else ""

    def allow(self, pattern):
        """A line of the error log that this test means to provoke."""
        self.allowed.append(pattern)

    def assert_clean(self):
        bad = [line for line in self.error_log().splitlines()
               if re.search(r"\[(alert|emerg)\]|exited on signal|exited with fatal|exited with code [1-9]|runtime error", line)
               and not any(re.search(pattern, line) for pattern in self.allowed)]
        assert not bad, "\n".join(bad[:20])
        reports = [path.read_text(errors="replace") for pattern in ("asan*", "ubsan*") for path in self.dir.glob(pattern)]
        assert not reports, reports[0][:6000]

    def events(self, count=None, name="events.log"):
        """The event log's records; waits until there are `count`."""
        path = self.path(name)
        read = lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        if count is not None:
            self.wait(lambda: len(read()) >= count, f"{count} events")
        return read()

    def access(self, count):
        """The access log's lines; waits until there are `count`."""
        path = self.path("access.log")
        read = lambda: path.read_text().splitlines() if path.exists() else []
        self.wait(lambda: len(read()) >= count, f"{count} lines in the access log")
        return read()

    def client(self, port=None):
        return Client(port or self.port)

    def get(self, target, **keywords):
        with self.client() as client:
            return client.request("GET", target, **keywords)

    def post(self, target, body, **keywords):
        with self.client() as client:
            return client.request("POST", target, body=body, **keywords)
