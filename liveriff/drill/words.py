"""Figures of the report in words: for the page, the terminal and the table of the documentation. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from liveriff.drill.lateness import in_words
from liveriff.drill.outcome import FAILED, PASSED, SKIPPED, Outcome, Report

COLUMNS = ("fault", "blocks dropped", "longest silence", "first new chunk", "beat moved by", "verdict")


def summary(report: Report) -> str:
    """One sentence."""
    counts = ((report.count(PASSED), "passed"), (report.count(FAILED), "failed"), (report.count(SKIPPED), "skipped"))
    told = ", ".join(f"{count} {word}" for count, word in counts if count or word == "passed")
    bad = sum(bool(kill.left or kill.wrong) for kill in report.kills)
    kills = f"; {len(report.kills)} random kills, something left after {bad}" if report.kills else ""
    return f"{len(report.faults)} faults: {told}{kills}."


def machine(report: Report) -> str:
    """What it was done on."""
    facts = ", ".join(f"{name} {value}" for name, value in report.machine.items())
    return f"Model {report.model}, scene {report.scene}, seed {report.seed}; {facts}."


def seconds(value: float | None) -> str:
    """A time, or a dash."""
    return "-" if value is None else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def figures(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Name and value of what was measured."""
    yield "heard through", {"jack": "a JACK server"}.get(outcome.ear, "the file of a WAV sink")
    yield (
        "blocks not played",
        f"{outcome.dropped} in {outcome.seconds:.0f} s (before the fault: {outcome.dropped_before})",
    )
    yield "longest silence", seconds(outcome.longest_gap_s)
    yield "blocks that the player was late with", str(outcome.missed)
    if outcome.earlier:
        yield "and in earlier tries", ", ".join(map(str, outcome.earlier))
    yield "underruns, late blocks as it counts them", f"{outcome.underruns:g}, {outcome.late_blocks:g}"
    if outcome.late:
        yield "late for the audio server", in_words(outcome.late)
    yield "late chunks, refused chunks", f"{outcome.late_chunks:g}, {outcome.refused:g}"
    yield "first new chunk rendered, heard", f"{seconds(outcome.rendered_s)}, {seconds(outcome.heard_s)}"
    if outcome.phase_ms is not None:
        yield "the beat moved by", f"{outcome.phase_ms:g} ms (likeness {outcome.likeness:.2f})"
    yield "left behind", "; ".join(outcome.left) or "nothing"


def line(outcome: Outcome) -> str:
    """For the terminal."""
    if outcome.verdict == PASSED:
        beat = f", beat {outcome.phase_ms:+.0f} ms" if outcome.phase_ms is not None else ""
        new = f", new chunk {seconds(outcome.rendered_s)}" if outcome.rendered_s is not None else ""
        why = f"{outcome.dropped} blocks dropped, longest silence {seconds(outcome.longest_gap_s)}{new}{beat}"
    else:
        why = " ".join(outcome.why)
    return f"{outcome.verdict:8}{outcome.name:22}{why}{tries(outcome)}"


def tries(outcome: Outcome) -> str:
    """Which try it was, where it was not the first."""
    return f", at try {len(outcome.earlier) + 1}" if outcome.earlier else ""


def markdown(report: Report) -> str:
    """The table of docs/faults.md, and what it was done on."""
    head = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n"
    rows = "".join(f"{_row(outcome)}\n" for outcome in report.faults)
    kills = f"\n{summary(report)}\n" if report.kills else ""
    return f"{head}{rows}{kills}\n{machine(report)}\n"


def _row(outcome: Outcome) -> str:
    if outcome.verdict == SKIPPED:
        return f"| {outcome.sentence} | | | | | skipped: {' '.join(outcome.why)} |"
    beat = "" if outcome.phase_ms is None else f"{outcome.phase_ms:.0f} ms"
    new = "" if outcome.rendered_s is None else seconds(outcome.rendered_s)
    verdict = "passed" if outcome.verdict == PASSED else f"failed: {' '.join(outcome.why)}"
    verdict += tries(outcome)
    return f"| {outcome.sentence} | {outcome.dropped} | {seconds(outcome.longest_gap_s)} | {new} | {beat} | {verdict} |"
