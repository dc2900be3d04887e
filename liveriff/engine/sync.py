"""Following a clock outside: its tempo, its beats, its start and stop. Engine's loop only.

Beats are to be heard on the master's: what is mixed now is heard ``latency_s`` later. The player's clock is read with
some jitter, so what is off is averaged before it counts. A little off is caught up with by running a little faster or
slower (half a percent at most, under nine cents of pitch); more is a jump on the next beat, hidden in a crossfade; a
new count (the master was started anew, or went elsewhere) is taken at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from fractions import Fraction

from liveriff.engine.scenes import ORIGIN as SCENE
from liveriff.engine.timekeeper import TimeKeeper
from liveriff.errors import UsageError
from liveriff.music.grid import boundary
from liveriff.music.lead import Lead, Line, Master
from liveriff.music.smooth import JUMP_S, Off, Smoothed
from liveriff.params.listeners import Change
from liveriff.params.registry import Registry

ORIGIN = "clock"
INTERNAL = "internal"
BEGIN_S, END_S = 0.0015, 0.0003  # bending begins beyond the one and ends within the other
CATCH_UP_S = 2.0  # bend so that what is off would be gone in this time
MOST = 0.005  # share of the tempo
SLOWEST, FASTEST = 4000, 24000  # hundredths of a BPM that can be played


class Sync:
    """Honours /tempo/source. The hub calls ``tick`` in every look, and masters may call it when they start or stop."""

    def __init__(
        self,
        registry: Registry,
        time_keeper: TimeKeeper,
        notice: Callable[[str], None],
        offset_ms: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """offset_ms: let our beats be heard so much later than the master's, below 0 earlier; clock: seconds, the
        same that the masters' lines are drawn over."""
        self.offset_ms = offset_ms
        self.outputs: list[Callable[[Line, bool], object]] = []  # told the beats as heard; e.g. ClockOut.follow
        self.complete = True  # no more masters will be added: one that is missing is refused
        self._registry, self._time, self._notice = registry, time_keeper, notice
        self._masters: dict[str, Master] = {}
        self._master: Master | None = None
        self._source = INTERNAL
        self._off = Off()
        self._heard = Smoothed()
        self._lead: Lead | None = None
        self._count: tuple[int | None, int] | None = None  # cycle and epoch that we are in step with
        self._playing: bool | None = None
        self._said = ""
        self._told_off = False  # that a hand cannot set the tempo now
        self._ran = False
        self._clock = clock
        self._shift = Fraction(0)  # beats by which we are wanted behind the master's count
        time_keeper.entry = self._entry
        registry.subscribe(self._hand_moved, "/tempo/bpm", origin=ORIGIN)
        registry.subscribe(self._hand_played, "/play", origin=ORIGIN)

    def add(self, name: str, master: Master) -> None:
        """What /tempo/source calls ``name``."""
        self._masters[name] = master

    @property
    def masters(self) -> Mapping[str, Master]:
        """By name."""
        return self._masters

    @property
    def state(self) -> str:
        """For a person: whom we follow, and how well."""
        if self._master is None:
            return INTERNAL
        if self._lead is None:
            return f"{self._source}: waiting"
        if not self._lead.alive:
            return f"{self._source}: lost, running on"
        return f"{self._lead.who or self._source}: {self._lead.bpm_cents / 100:.2f} BPM, {self.off_ms:+.1f} ms"

    @property
    def off_ms(self) -> float:
        """How far our beats lag behind the master's."""
        return self._off.seconds * 1000

    def tick(self) -> None:
        """Look at the master, and do what it says."""
        now = self._clock()
        self._choose()
        if self._master is not None:
            self._lead = self._usable(self._master.lead(now))
            if self._lead is not None and self._lead.alive:
                self._follow(self._lead, now)
            else:
                self._time.bend(0)
                self._off.clear()
        self._tell(now)

    def close(self) -> None:
        """Leave the master."""
        if self._master is not None:
            self._master.close()
            self._master = None

    # --- whom to follow ----------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        source = str(self._registry.get("/tempo/source"))
        if source == self._source or (source not in self._masters and source != INTERNAL and not self.complete):
            return
        self.close()
        self._time.bend(0)
        self._off.clear()
        self._source, self._said, self._told_off = source, "", False
        self._lead = self._count = self._playing = None
        master = self._masters.get(source)
        if master is not None:
            self._join(master)
        elif source != INTERNAL:
            self._refuse(f"There is no {source} clock here; the tempo stays our own.")

    def _join(self, master: Master) -> None:
        try:
            master.open(self._registry.number("/tempo/bpm"))
        except UsageError as error:
            self._refuse(str(error))
        else:
            self._master = master

    def _refuse(self, reason: str) -> None:
        self._source = INTERNAL
        self._registry.set("/tempo/source", INTERNAL, ORIGIN)
        self._notice(reason)

    def _usable(self, lead: Lead | None) -> Lead | None:
        """The lead if it can be followed; says once where it cannot."""
        if lead is None:
            self._say(f"Waiting for the {self._source} clock; the tempo stays {self._registry.format('/tempo/bpm')}.")
            return None
        who = lead.who or self._source
        if not SLOWEST <= lead.bpm_cents <= FASTEST:
            self._say(f"{who} is at {lead.bpm_cents / 100:.2f} BPM, outside 40 to 240: not followed.", key="outside")
            return None
        if lead.alive:
            self._say(f"Following {who} at {lead.bpm_cents / 100:.2f} BPM.", key="following")
        else:
            self._say(f"The clock of {who} is lost; running on at its last tempo.", key="lost")
        return lead

    def _say(self, sentence: str, key: str = "") -> None:
        if self._said != (key or sentence):
            self._said = key or sentence
            self._notice(sentence)

    # --- what it says ------------------------------------------------------------------------------------------------

    def _follow(self, lead: Lead, now: float) -> None:
        bpm = lead.bpm_cents / 100
        if self._registry.number("/tempo/bpm") != bpm:
            self._registry.set("/tempo/bpm", bpm, ORIGIN, undoable=False)
            self._off.clear()
        anew = self._met(lead, now)
        if lead.playing is not None and lead.playing != self._playing:
            self._transport(lead.playing)
        if self._time.steady:
            self._steer(lead, now, anew)

    def _transport(self, playing: bool) -> None:
        """The master starts or stops. One that stands when we join it does not stop us."""
        joined, self._playing = self._playing is None, playing
        if playing or not joined:
            self._registry.set("/play", playing, ORIGIN)

    def _hand_moved(self, change: Change) -> None:
        """The performer turned the tempo: Link takes it for all, a MIDI clock cannot. A scene's tempo is not meant for
        others."""
        lead, bpm = self._lead, self._registry.number("/tempo/bpm")
        if self._master is None or lead is None or not lead.alive or round(bpm * 100) == lead.bpm_cents:
            return
        if change.origin == SCENE or self._master.set_tempo(bpm) or self._told_off:
            return
        self._told_off = True
        self._notice(f"{lead.who or self._source} sets the tempo; set /tempo/source to internal to turn it here.")

    def _hand_played(self, change: Change) -> None:
        if self._master is not None:
            self._master.set_playing(bool(change.value))

    # --- the beats ---------------------------------------------------------------------------------------------------

    def _wanted(self, lead: Lead, time_s: float) -> float:
        """The master's beat that is to be mixed at a time."""
        return lead.line.beat_at(time_s + self._time.latency_s - self.offset_ms / 1000)

    def _met(self, lead: Lead, now: float) -> bool:
        """Is this a new count? Where only the tempo is known our beats stay where they are; nudges from now on are
        meant, those from before are not."""
        if lead.cycle == 0 and not self._time.steady:
            self._count = None
        elif self._count != (lead.cycle, lead.epoch):
            if self._count is None or self._count[0] != lead.cycle or lead.cycle == 0:
                behind = self._exact(self._wanted(lead, now)) - self._time.beat() if lead.cycle == 0 else Fraction(0)
                self._shift = behind - self._time.nudged
            self._count = (lead.cycle, lead.epoch)
            self._off.clear()
            return True
        return False

    def _steer(self, lead: Lead, now: float, anew: bool) -> None:
        off = self._wanted(lead, now) - float(self._time.beat() + self._shift + self._time.nudged)
        if lead.cycle:
            off = (off + lead.cycle / 2) % lead.cycle - lead.cycle / 2
        seconds = off * 60 / lead.line.bpm
        settled = self._off.add(seconds)
        if anew and abs(seconds) > JUMP_S:
            self._jump(seconds, lead, on_beat=False)
        elif settled and abs(self._off.seconds) > JUMP_S:
            self._jump(self._off.seconds, lead, on_beat=True)
        elif settled:
            self._bend(lead)

    def _jump(self, seconds: float, lead: Lead, on_beat: bool) -> None:
        self._time.jump(self._exact(seconds * lead.line.bpm / 60), on_beat)
        self._off.clear()

    def _bend(self, lead: Lead) -> None:
        """Run so much faster that we would be there soon; rest where we are near enough."""
        off, bent = self._off.seconds, self._time.transport.bent
        if abs(off) <= (END_S if bent else BEGIN_S) or (bent and off * bent < 0):
            self._time.bend(0)
            return
        share = max(-MOST, min(MOST, off / CATCH_UP_S))
        cents = round(share * lead.bpm_cents) or (1 if off > 0 else -1)
        if abs(cents - bent) > max(abs(bent) // 4, 1):  # every change of the grid is a message to all decks
            self._time.bend(cents)

    def _entry(self, time_s: float) -> tuple[float, Fraction] | None:
        """Where the transport comes in: in the midst of a song that runs, or with the next bar of a session."""
        lead = self._lead
        if self._master is None or lead is None or not lead.alive or lead.cycle == 0:
            return None
        wanted = self._exact(self._wanted(lead, time_s)) - self._shift - self._time.nudged
        if lead.cycle is None:
            return time_s, wanted
        bar = boundary(wanted, Fraction(lead.cycle))
        beat = boundary(self._time.resume_beat, Fraction(lead.cycle))
        return time_s + float(bar - wanted) * 60 / lead.line.bpm, beat

    def _exact(self, beats: float) -> Fraction:
        """Beats as the grid counts them, so that no fraction grows without end."""
        unit = 6000 * self._time.rate
        return Fraction(round(beats * unit), unit)

    # --- what we say -------------------------------------------------------------------------------------------------

    def _tell(self, now: float) -> None:
        """The beats as they are heard, to those who send them on."""
        if not self.outputs:
            return
        grid = self._time.transport.grid
        if (grid is not None) != self._ran:
            self._ran = grid is not None
            self._heard = self._heard if grid is None else Smoothed()  # a start is where it is
        if grid is not None:
            beat = float(self._time.beat()) - self._time.latency_s * grid.bpm / 60
            line = self._heard.update(now, beat, grid.bpm)
        else:
            before, bpm = self._heard.line, self._registry.number("/tempo/bpm")
            line = self._heard.update(now, before.beat_at(now) if before else 0.0, bpm)
        for output in self.outputs:
            output(line, grid is not None)
