"""OSC over UDP and TCP: a codec, an address space made from the parameter table, bundles in time, feedback to peers.

``codec``, ``address``, ``framing``, ``schedule`` and ``dispatch`` do no I/O; ``server`` is the thin shell around them.
Everything runs on the engine's loop.
"""
