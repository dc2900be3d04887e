"""Pure musical time and pitch: no I/O and no clock of its own."""
