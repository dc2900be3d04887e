"""MIDI controllers: ports that come and go, profiles, decoding, lights. Start at ``devices.MidiDevices``."""
