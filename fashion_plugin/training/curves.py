"""The curves of a run as a picture: losses above, figures on the photos kept apart below."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fashion_plugin.training.checkpoint import safe_write

__all__ = ["draw_curves"]

_FIGURES = ("recall@1", "MRR", "category P@10", "category + colour P@10")


def draw_curves(history: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Draw the rows of a run's history, by step, as PNG.

    Raises:
        TrainingError: the picture cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    losses = [row for row in history if "loss" in row]
    figures = [row for row in history if "MRR" in row]
    picture = Figure(figsize=(9, 6.5), layout="constrained")
    FigureCanvasAgg(picture)
    above, below = picture.subplots(2, 1, sharex=True)
    names = [name for name in (losses[0] if losses else {}) if name not in ("epoch", "step")]
    for name in sorted(names, key=lambda name: name != "loss"):
        style = {"linewidth": 2.0, "color": "black"} if name == "loss" else {"linewidth": 1.0}
        marker = "." if len(losses) < 20 else ""
        steps = [row["step"] for row in losses]
        above.plot(steps, [row[name] for row in losses], marker=marker, label=name, **style)
    for name in _FIGURES:
        rows = [row for row in figures if name in row]
        if rows:
            below.plot([row["step"] for row in rows], [row[name] for row in rows], marker="o", label=name)
    above.set_ylabel("loss (train)")
    below.set_ylabel("figures (kept apart)")
    below.set_xlabel("step")
    for axes in (above, below):
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    buffer = io.BytesIO()
    picture.savefig(buffer, format="png", dpi=110)
    with safe_write(out) as file:
        file.write(buffer.getvalue())
