"""Install the peers, into a cache outside the repository, when they are not there yet."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.machine import missing_tools

PACKAGE = Path(__file__).parent / "peers" / "package.json"
INSTALL_S = 900


class InstallationError(Exception):
    """The peers could not be installed; the message says why."""


def cache_root() -> Path:
    """What holds all that is kept from run to run: DIORAMA_BENCH_CACHE, or a folder of the user's cache."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("DIORAMA_BENCH_CACHE") or Path(home, "diorama-benchmarks"))


def cache_folder() -> Path:
    """Where the peers of this ``package.json`` are kept."""
    return cache_root() / hashlib.sha256(PACKAGE.read_bytes()).hexdigest()[:12]


def install() -> Path:
    """Install with npm, as npm is configured here; the folder that holds ``node_modules``.

    Raises:
        InstallationError: npm is missing or failed.
    """
    folder = cache_folder()
    if (folder / "complete").exists():
        return folder
    missing = missing_tools("node", "npm")
    if missing:
        raise InstallationError(missing)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(PACKAGE, folder / "package.json")
    command = [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--no-package-lock",
        "--ignore-scripts",  # none of the peers needs one, and they would reach out to places of their own
        "--no-audit",
        "--no-fund",
        "--no-progress",
    ]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise InstallationError(f"npm took longer than {INSTALL_S} s") from error
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
        raise InstallationError("npm failed: " + " ".join(errors[:2] or ["no reason given"]))
    (folder / "complete").touch()
    return folder
