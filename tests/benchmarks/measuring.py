"""What the benchmarks share: turns, spread, the machine."""

import os
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Timed", "in_turns", "machine", "milliseconds", "peak", "ratio", "resident", "table"]


@dataclass
class Timed:
    """Each question's seconds by the clock and of processor time, and the answers."""

    seconds: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)


def in_turns(contenders: Mapping[str, Callable[[Any], Any]], questions: Sequence[Any]) -> dict[str, Timed]:
    """Ask every contender every question, each question in another order.

    On a machine that others use too, the processor's time says more than the clock's.
    """
    shuffled = random.Random(7)
    found = {name: Timed() for name in contenders}
    for question in questions:
        for name in shuffled.sample(list(contenders), len(contenders)):
            busy, start = time.process_time(), time.perf_counter()
            answer = contenders[name](question)
            found[name].seconds.append(time.perf_counter() - start)
            found[name].busy.append(time.process_time() - busy)
            found[name].answers.append(answer)
    return found


def milliseconds(seconds: Sequence[float]) -> str:
    """The median, the middle half, and the 95th percentile."""
    ordered = np.array(sorted(seconds)) * 1e3
    low, middle, high, late = np.percentile(ordered, [25, 50, 75, 95])
    return f"{middle:.3g} ({low:.3g} to {high:.3g}), p95 {late:.3g}"


def ratio(seconds: Sequence[float], other: Sequence[float]) -> str:
    """How many times as long the other took, question by question."""
    return f"{statistics.median(b / a for a, b in zip(seconds, other, strict=True)):.2f}"


def resident() -> float:
    """Megabytes of memory that this process holds for itself (not mapped from files), 0 where unknown."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("RssAnon"))


def peak() -> float:
    """Megabytes that this process held at most, 0 where unknown."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def machine() -> str:
    """Processor, cores, load before the run, versions, command."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.machine()}, {cores} cores{load}, Python {platform.python_version()}, "
        f"NumPy {np.__version__}; {Path(sys.argv[0]).name} {' '.join(sys.argv[1:])}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print(f"\n| {' | '.join(head)} |")
    print(f"|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(str(cell) for cell in row)} |", flush=True)
