"""Clocks from outside and to the outside: MIDI clock in and out, Ableton Link."""
