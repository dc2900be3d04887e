"""MIDI clock in: one master at a time, from any thread to the loop."""

from __future__ import annotations

import asyncio
import threading

from liveriff.control.clock.midi_in import MidiClockIn

TICK, START, STOP = b"\xf8", b"\xfa", b"\xfc"


def clock_in(changes: list[int] | None = None) -> MidiClockIn:
    """With a loop that is not run."""
    told = changes if changes is not None else []
    return MidiClockIn(asyncio.new_event_loop(), lambda: told.append(1))


def send(clock: MidiClockIn, device: str, seconds: float, start_s: float, bpm: float) -> float:
    """Ticks of one device; returns when the next would be."""
    step = 60 / 24 / bpm
    count = round(seconds / step)
    for i in range(count):
        clock.heard(device, TICK, start_s + i * step)
    return start_s + count * step


def test_the_first_device_leads_while_it_lives() -> None:
    clock = clock_in()
    end = 1.0
    for _ in range(40):
        send(clock, "drums", 0.1, end, 125)
        send(clock, "keys", 0.1, end + 0.003, 90)
        end += 0.1
    lead = clock.lead(end)
    assert lead is not None
    assert (clock.device, lead.who, lead.bpm_cents) == ("drums", "drums", 12500)
    assert clock.refused > 100
    end = send(clock, "keys", 3.0, end + 0.6, 90)
    lead = clock.lead(end)
    assert lead is not None
    assert (lead.who, lead.bpm_cents) == ("keys", 9000)


def test_a_silent_masters_place_is_not_taken_by_a_mere_start_or_stop() -> None:
    clock = clock_in()
    end = send(clock, "drums", 3, 1.0, 125)
    clock.heard("keys", STOP, end + 2)
    assert clock.device == "drums"
    lead = clock.lead(end + 2)
    assert lead is not None
    assert not lead.alive


def test_transport_is_told_and_other_messages_are_not_clock() -> None:
    changes: list[int] = []
    clock = clock_in(changes)
    clock.heard("drums", START, 1.0)
    assert not changes
    send(clock, "drums", 2, 1.001, 125)
    assert len(changes) == 1
    for data in (b"", b"\x90\x40\x7f", b"\xfe", b"\xf2", b"\xf2\x01"):
        clock.heard("drums", data, 3.0)
    clock.heard("drums", STOP, 3.01)
    assert len(changes) == 2


def test_a_drivers_thread_posts_to_the_loop_and_a_closed_loop_is_no_error() -> None:
    async def main() -> MidiClockIn:
        clock = MidiClockIn(asyncio.get_running_loop())

        def driver() -> None:
            for i in range(100):
                clock.on_clock("drums", TICK, 1 + i * 0.02)

        thread = threading.Thread(target=driver)
        thread.start()
        while clock.lead(3.0) is None or thread.is_alive():
            await asyncio.sleep(0.005)
        thread.join()
        return clock

    clock = asyncio.run(main())
    lead = clock.lead(3.0)
    assert lead is not None
    assert lead.bpm_cents == 12500
    clock.on_clock("drums", TICK, 4.0)
