"""What was measured of one fault, as it stands in the report. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass
class Outcome:
    """name, sentence, expected: of the fault; verdict: one of PASSED, FAILED, SKIPPED; why: sentences for the last two.

    ear: "jack" or "file"; seconds: of sound that were looked at; played_s: how many there should be; dropped: blocks
    that were not played after the fault began; dropped_before: in the calm before it, by the machine itself;
    longest_gap_s: the longest silence; underruns,
    late_blocks: as the instrument counts them, underruns_before in the calm; missed: blocks that the player was late
    with, see ``judge.missed``, missed_before in the calm; late: who was late how often, by the audio server's log;
    late_chunks, refused: since the fault; rendered_s: until a new chunk was rendered; heard_s: until one was heard;
    phase_ms, likeness: of the beat after against before; marks_s: begin and lift, in seconds of the picture; levels:
    peaks of the sound for the picture; gaps: [start, length] in seconds; told: [second, sentence] that the performer
    was told; noise: lines on the terminal that are no sentences of ours; left: what was still there when all was over;
    status: exit status; earlier: blocks that the player was late with in tries before this one.
    """

    name: str
    sentence: str
    expected: str
    verdict: str = PASSED
    why: list[str] = field(default_factory=list)
    ear: str = ""
    seconds: float = 0.0
    played_s: float = 0.0
    dropped: int = 0
    dropped_before: int = 0
    longest_gap_s: float = 0.0
    underruns: float = 0.0
    underruns_before: float = 0.0
    late_blocks: float = 0.0
    missed: int = 0
    missed_before: int = 0
    late: dict[str, int] = field(default_factory=dict)
    late_chunks: float = 0.0
    refused: float = 0.0
    rendered_s: float | None = None
    heard_s: float | None = None
    phase_ms: float | None = None
    likeness: float | None = None
    marks_s: tuple[float, float] = (0.0, 0.0)
    levels: list[float] = field(default_factory=list)
    gaps: list[tuple[float, float]] = field(default_factory=list)
    told: list[tuple[float, str]] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    status: int | None = None
    took_s: float = 0.0
    earlier: list[int] = field(default_factory=list)


@dataclass
class Killed:
    """One random kill: which set and which process, how long after the start; left: what stayed behind when the set was
    over; wrong: what else was."""

    number: int
    victim: str
    after_s: float
    left: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Report:
    """Everything of one run. machine: what it ran on; seed: of the random kills and bytes."""

    machine: dict[str, object]
    model: str
    scene: str
    seed: int
    faults: list[Outcome] = field(default_factory=list)
    kills: list[Killed] = field(default_factory=list)

    def count(self, verdict: str) -> int:
        """How many faults ended so."""
        return sum(outcome.verdict == verdict for outcome in self.faults)

    @property
    def good(self) -> bool:
        """Whether nothing failed and nothing was left behind."""
        return not self.count(FAILED) and not any(kill.left or kill.wrong for kill in self.kills)
