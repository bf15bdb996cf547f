"""The machine that a run is made on: what it is, whether it has what is needed, and which core is whose."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

INSTALL = {
    "wrk": "apt-get install wrk",
    "taskset": "apt-get install util-linux",
    "java": "apt-get install default-jre-headless",
    "node": "apt-get install nodejs (18.20.1 or later)",
    "npm": "apt-get install npm",
    "cc": "apt-get install gcc libc6-dev",
}


class MachineError(Exception):
    """The machine cannot run the benchmarks; the message says what to do."""


@dataclass(frozen=True)
class Machine:
    """Figures mean something only together with this."""

    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    python: str
    java: str
    node: str
    wrk: str
    load_average: float

    def as_dict(self) -> dict[str, object]:
        """For the JSON record."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gb:g} GB, Linux {self.kernel}, Python {self.python}, "
            f"Java {self.java}, Node {self.node}, wrk {self.wrk}"
        )


@dataclass(frozen=True)
class Cores:
    """One core for the server that is measured, another for the load."""

    server: int
    load: int


def describe() -> Machine:
    """Look at this machine."""
    return Machine(
        cpu=_first_line("/proc/cpuinfo", "model name"),
        cores=os.cpu_count() or 1,
        memory_gb=round(int(_first_line("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        kernel=platform.release(),
        python=platform.python_version(),
        java=_version("java", "-version", word=2),
        node=_version("node", "--version", word=0),
        wrk=_version("wrk", "-v", word=1),
        load_average=round(os.getloadavg()[0], 2),
    )


def choose_cores() -> Cores:
    """The first two cores that this process may use.

    Raises:
        MachineError: this is not Linux, there is only one core, or wrk or taskset is missing.
    """
    if platform.system() != "Linux":
        raise MachineError("The benchmarks pin processes to cores and read /proc, so they run on Linux only.")
    missing = [tool for tool in ("wrk", "taskset") if shutil.which(tool) is None]
    if missing:
        raise MachineError("\n".join(f"{tool} is missing: {INSTALL[tool]}" for tool in missing))
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise MachineError("The benchmarks need two cores: one for the server, one for the load.")
    return Cores(server=cores[0], load=cores[1])


def missing_tools(*tools: str) -> str:
    """What to install for tools that are not there; empty when all are."""
    return "; ".join(f"{tool} is missing: {INSTALL[tool]}" for tool in tools if shutil.which(tool) is None)


def _first_line(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"


def _version(*command: str, word: int) -> str:
    if shutil.which(command[0]) is None:
        return "missing"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).split()
    return words[word].strip('"v') if len(words) > word else "unknown"
