# SPDX-License-Identifier: Apache-2.0
"""Two shops, each behind its own nginx, on loopback ports; gone when the stage closes."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"  # the one that has Debian's python3-lxml
START_SECONDS = 20


class StageError(Exception):
    """Something did not start; the text says what."""


@dataclass
class Site:
    """One nginx with its shop."""
    name: str
    port: int
    internal_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def free_port(wanted: int = 0) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        return probe.getsockname()[1]


class Stage:
    def __init__(self, module: Path, rules: Path):
        self._module, self._rules = module, rules
        self._processes: list = []
        self.run = Path(tempfile.mkdtemp(prefix="ngx-rasp-demo-"))
        self.log = self.run / "events.json"
        self._as_root = os.geteuid() == 0

    def __enter__(self) -> "Stage":
        try:
            self.run.chmod(0o755)
            self.unprotected = self._open_site("unprotected", 8080)
            self.protected = self._open_site("protected", 8081)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _open_site(self, name: str, wanted_port: int) -> Site:
        shop_port, internal_port = free_port(), free_port()
        home = self.run / name
        shutil.copytree(HERE / "shop", home / "shop", ignore=shutil.ignore_patterns("__pycache__"))
        unprivileged = {}
        if self._as_root:
            for path in (home, *home.rglob("*")):
                shutil.chown(path, "www-data", "www-data")
            unprivileged = {"user": "www-data", "group": "www-data", "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8",
                       "PYTHONDONTWRITEBYTECODE": "1", "PAYMENT_KEY": "pk-harbour-9921"}
        self._start([PYTHON, "-m", "shop", str(shop_port), str(internal_port)], f"{name}.shop.log", cwd=home,
                    env=environment, **unprivileged)
        self._await(shop_port, f"{name}.shop.log")
        site = Site(name, free_port(wanted_port), internal_port)
        self._start_nginx(site, shop_port)
        return site

    def _start_nginx(self, site: Site, shop_port: int) -> None:
        text = (HERE / f"{site.name}.conf").read_text(encoding="utf-8")
        for key, value in {"MODULE": self._module, "RULES": self._rules, "LOG": self.log, "HERE": HERE, "RUN": self.run,
                           "PORT": site.port, "SHOP": shop_port}.items():
            text = text.replace(f"@{key}@", str(value))
        if not self._as_root:
            text = text.replace("user www-data;\n", "")
        conf = self.run / f"{site.name}.conf"
        conf.write_text(text, encoding="utf-8")
        self._start(["/usr/sbin/nginx", "-p", str(self.run), "-e", str(self.run / f"{site.name}.error.log"), "-c",
                     str(conf)], f"{site.name}.nginx.log")
        self._await(site.port, f"{site.name}.nginx.log")

    def _start(self, command: list, log: str, **options) -> None:
        with open(self.run / log, "wb") as output:
            self._processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                                    start_new_session=True, **options))

    def _await(self, port: int, log: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._processes[-1].poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise StageError(f"{self._processes[-1].args[0]} did not start:\n{(self.run / log).read_text()}")

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()
        shutil.rmtree(self.run, ignore_errors=True)


if __name__ == "__main__":
    sys.exit("stage.py is part of tour.py")
