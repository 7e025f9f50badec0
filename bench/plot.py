"""How it grows, as a picture: both axes logarithmic, so that a straight line of slope one is growth in step."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.columns import Columns
from bench.growth import Size
from bench.measure import Times

INK, MUTED, GRID = "#1f2328", "#57606a", "#d8dee4"
COLORS = ("#0969da", "#bc4c00", "#1a7f37")


def draw(sizes: list[Size], path: Path) -> None:
    mpl.rcParams.update({"font.family": "sans-serif", "font.size": 10, "svg.hashsalt": "exportcheck", "svg.fonttype": "none"})
    plt.switch_backend("svg")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9), constrained_layout=True)
    loading = [("without cache", [s.loading for s in sizes]), ("with cache", [s.loading_cached for s in sizes])]
    _panel(left, "Loading all provisions", sizes, loading)
    durable = [s.first_durable for s in sizes if s.first_durable is not None]
    series = [("warm check", [s.warm for s in sizes]), ("first conclusion, chainer", [s.first_chainer for s in sizes])]
    if len(durable) == len(sizes):
        series.append(("first conclusion, durable-rules", durable))
    _panel(right, "Checking one line", sizes, series)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def draw_columns(columns: Columns, path: Path) -> None:
    """Time by columns over lines, and over provisions, with a line of growth in step through the last point."""
    mpl.rcParams.update({"font.family": "sans-serif", "font.size": 10, "svg.hashsalt": "exportcheck", "svg.fonttype": "none"})
    plt.switch_backend("svg")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9), constrained_layout=True)
    for axes, title, label, points in (
        (left, f"{columns.provisions} provisions", "lines", columns.by_lines),
        (right, "50,000 lines", "provisions", columns.by_provisions),
    ):
        x, y = [n for n, _ in points], [t.median for _, t in points]
        axes.fill_between(x, [t.least for _, t in points], [t.most for _, t in points], color=COLORS[0], alpha=0.12, linewidth=0)
        axes.plot(x, y, color=COLORS[0], marker="o", markersize=4, linewidth=1.6, label="by columns")
        axes.plot([0, x[-1]], [0, y[-1]], color=MUTED, linewidth=0.9, linestyle="--", label="in step")
        axes.set(xlabel=label, xlim=(0, None), ylim=(0, None))
        axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
        axes.set_ylabel("milliseconds of processor time", color=MUTED)
        axes.xaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
        axes.grid(True, color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=MUTED, length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.legend(frameon=False, fontsize=9, loc="upper left", labelcolor=INK)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _panel(axes: Axes, title: str, sizes: list[Size], series: list[tuple[str, list[Times]]]) -> None:
    x = [s.provisions for s in sizes]
    for (name, times), color in zip(series, COLORS, strict=False):
        y = [t.median for t in times]
        axes.fill_between(x, [t.least for t in times], [t.most for t in times], color=color, alpha=0.12, linewidth=0)
        axes.plot(x, y, color=color, marker="o", markersize=4, linewidth=1.6, label=name)
    axes.set(xscale="log", yscale="log", xlabel="provisions")
    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold")
    axes.set_ylabel("milliseconds", color=MUTED)
    axes.set_xticks(x, [f"{n:,}" for n in x])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}" if v >= 1 else f"{v:g}")
    axes.grid(True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=MUTED, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.legend(frameon=False, fontsize=9, loc="upper left", labelcolor=INK)
