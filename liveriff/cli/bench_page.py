"""The figures of `liveriff bench` in words: tables for a terminal, and the page docs/performance.md. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liveriff.cli.bench_rows import COMPARISONS, GROUPS, SCREEN, Comparison, Told, compared, told
from liveriff.cli.bench_tried import tried

Results = Mapping[str, Any]

_COLUMNS = "steps, music, a chunk, a step, music a second, how many times faster decoding is than Riffusion's"
_SPECIMENS = """\
What is shipped, or named with `--model`, is measured as it is; the others with random weights, made for it. Small
networks tell what comes with a backend, not how fast a published checkpoint is; those of the published size take as
long as trained ones. Decoding is held against Riffusion's settings, 32 passes, for as much sound."""

_HEAD = """\
# Performance

<!-- Made by `liveriff bench --plot docs/performance.png --markdown`; do not edit. -->

Measured in one run on one machine with nothing else running; medians unless another word stands there. Take your own
with `liveriff bench`; only ratios of one run mean anything on a busy machine."""


def tables(results: Results) -> str:
    """For a terminal."""
    return "\n".join(_plain(results)).strip("\n")


def page(results: Results, picture: str = "") -> str:
    """The page; picture: file name of the plot beside it, or ""."""
    return "\n".join([_HEAD, "", machine(results), *_marked(results, picture), *tried()]).rstrip("\n")


def machine(results: Results) -> str:
    """The machine in a sentence."""
    about = results["machine"]
    instructions = f" ({', '.join(about['instructions'])})" if about.get("instructions") else ""
    packages = ", ".join(f"{name} {number}" for name, number in about.get("packages", {}).items())
    memory = f", {about['memory_gb']:g} GB of memory" if about.get("memory_gb") else ""
    device = at_device(results)
    return (
        f"The machine: {about.get('processor', 'a processor')}{instructions}, {about['cores']} cores{memory}; "
        f"{about['system']}; Python {about['python']}{f', {packages}' if packages else ''}{device}."
    )


def at_device(results: Results) -> str:
    """Where the model ran and by how many threads."""
    rendering = results.get("rendering")
    if not rendering:
        return ""
    threads = rendering["threads"]
    by = f"{threads} thread{'s' if threads > 1 else ''}"
    return f"; the model {rendering['model']} on {rendering['device']}, {by}, {rendering['steps']} steps"


# --- a terminal ----------------------------------------------------------------------------------------------------


def _plain(results: Results) -> Iterator[str]:
    yield machine(results)
    for title, figures in _groups(results):
        yield f"\n{title}"
        for figure in figures:
            aim = f"{figure.aim}{'' if figure.reached else ': MISSED'}" if figure.aim else ""
            yield f"  {figure.row.label:<50} {figure.text:>12}  {aim}".rstrip()
    for comparison, ways in _comparisons(results):
        yield f"\n{comparison.title}"
        for label, value in ways:
            yield f"  {label:<50} {_number(comparison, value):>12}  {_ratio(value, ways[0][1])}".rstrip()
    yield from _backend_lines(results)


def _groups(results: Results) -> Iterator[tuple[str, list[Told]]]:
    for title, rows in GROUPS:
        figures = list(told(results, rows))
        if figures:
            yield title, figures
    for size, figures_of in (results.get("screen") or {}).items():
        if isinstance(figures_of, Mapping):
            yield f"The screen at {size}, while the model renders without a pause", list(told(figures_of, SCREEN))


def _comparisons(results: Results) -> Iterator[tuple[Comparison, list[tuple[str, float]]]]:
    for comparison in COMPARISONS:
        ways = compared(results, comparison)
        if ways:
            yield comparison, ways


def _number(comparison: Comparison, value: float) -> str:
    return f"{value:.{comparison.digits}f} {comparison.unit}".strip()


def _ratio(value: float, ours: float) -> str:
    return f"{value / ours:.1f} x" if ours and value != ours else ""


# --- Markdown ------------------------------------------------------------------------------------------------------


def _marked(results: Results, picture: str) -> Iterator[str]:
    if picture:
        yield f"\n![Ways to do the same work, side by side]({picture})"
    for title, figures in _groups(results):
        yield f"\n## {title}\n\n| figure | measured | aim |\n|---|---:|---|"
        yield from (f"| {figure.row.label} | {figure.text} | {figure.aim} |" for figure in figures)
    for comparison, ways in _comparisons(results):
        yield f"\n## Compared: {comparison.title}\n\n| way | measured | against ours |\n|---|---:|---:|"
        yield from (
            f"| {label} | {_number(comparison, value)} | {_ratio(value, ways[0][1])} |" for label, value in ways
        )
    lines = list(_backend_lines(results, " | "))
    if lines:
        yield f"\n{lines[0].strip()}\n\n{_SPECIMENS}\n"
        yield "| backend | steps | music | a chunk | a step | faster than it plays | decoding beside Riffusion's |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        yield from lines[1:]


def _backend_lines(results: Results, between: str = "  ") -> Iterator[str]:
    """A line for each backend that was measured, after a heading; for a terminal its columns are named there."""
    edge, columns = between.strip(), "" if between.strip() else f": {_COLUMNS}"
    for size, found in (results.get("backends") or {}).items():
        measured = {name: each for name, each in found.items() if "seconds" in each}
        for number, (name, each) in enumerate(measured.items()):
            if not number and size == "small":
                yield f"{'## ' if edge else chr(10)}Backends, one loop each{columns}"
            cells = _cells(name, each)
            yield f"{edge} {between.join(cells)} {edge}" if edge else f"  {cells[0]:<72} {between.join(cells[1:])}"


def _cells(name: str, each: Results) -> list[str]:
    """One backend's figures."""
    ratio = each.get("decode_ratio")
    return [
        f"{name} ({each['weights']})", str(each.get("steps", "")), f"{each['music_s']:.1f} s",
        f"{each['seconds']:.2f} s", f"{each['seconds_a_step']:.3f} s", f"{each['x_realtime']:.2f}",
        f"{ratio:.1f} x" if ratio else "",
    ]  # fmt: skip
