"""Proving that the instrument holds: programs that play it as a stage would, for hours and through faults."""
