"""Debian packages for the tests, where we are allowed to install them."""

import os
import shutil
import subprocess
import sys


def available() -> bool:
    """Say whether this process may install packages: as root, where there is apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install ``packages`` and say whether that worked; its output goes to stderr."""
    if not available():
        return False
    print(f"Installing {', '.join(packages)} with apt …", file=sys.stderr)
    quiet = ["apt-get", "-qq", "-o", "Dpkg::Options::=--force-confold"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        [*quiet, "update"],
        [*quiet, "install", "--yes", "--no-install-recommends", *packages],
    )
    return all(
        subprocess.run(command, env=environment, stdout=sys.stderr).returncode == 0
        for command in commands
    )
