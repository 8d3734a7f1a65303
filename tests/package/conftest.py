# SPDX-License-Identifier: Apache-2.0
import os
import pathlib
import shutil

import pytest

import machine


@pytest.fixture(scope="session")
def package():
    """The .deb, built the way a maintainer builds it. RASP_DEB names one that is there already."""
    if "RASP_DEB" in os.environ:
        return pathlib.Path(os.environ["RASP_DEB"])
    source = machine.source_copy(machine.WORK / "source")
    launcher = {"CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "CCACHE_BASEDIR": str(source)} if shutil.which("ccache") else {}
    machine.run(["dpkg-buildpackage", "-b", "-us", "-uc"], cwd=source, timeout=1500, env=os.environ | launcher)
    debs = list(machine.WORK.glob("libnginx-mod-http-rasp_*.deb"))
    assert len(debs) == 1, debs
    return debs[0]


@pytest.fixture(scope="session")
def installed(package):
    """A fresh machine with nginx and our package."""
    host = machine.Machine("installed")
    shutil.copy(package, host.root / "tmp/rasp.deb")
    host.install("nginx", "curl", "jq", "procps", "modsecurity-crs", "/tmp/rasp.deb")
    yield host
    host.remove()
