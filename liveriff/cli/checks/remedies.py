"""What may be done about what a check has found: a sentence each, and a section of docs/troubleshooting.md. Pure."""

from __future__ import annotations

REMEDIES = {
    "check-failed": "Reinstall liveriff; if that does not help, report the sentence before this one.",
    "python-version": "Install liveriff with a Python from 3.10 to 3.14.",
    "library-missing": "Install liveriff again, with all that it needs: pip install . in the folder of its source "
    "(pipx reinstall liveriff).",
    "one-core": "With one core, chunks come late and the loops go on all the same; fewer decks (level 0, freeze) help.",
    "memory-low": "Playing takes up to {needed} MB: close something.",
    "shared-memory-small": "Give /dev/shm 256 MB (docker: --shm-size 256m).",
    "realtime-limits": "Join the group that may (Debian: apt install jackd2; usermod -aG audio {user}); log in anew.",
    "power-saving": "For the length of the set choose another governor: sudo cpupower frequency-set -g performance",
    "numba-missing": "Install numba: mixing then takes a tenth of the time, and small blocks are safe.",
    "sound-library": "Install PortAudio (Debian: apt install libportaudio2).",
    "sound-none": "Connect one or start an audio server; meanwhile it plays silently, in time, or into a file: "
    "--sink wav:FILE",
    "sound-silent": "Restart the audio server (JACK, PipeWire, the system's own) or end it; meanwhile `--sink null` "
    "plays without it.",
    "latency-high": "Choose a device of a faster host (liveriff devices, --device), or play through JACK or PipeWire.",
    "midi-library": "Install python-rtmidi, or rtmidi2 with Python 3.13 and later.",
    "midi-silent": "Restart the audio server that MIDI goes through (JACK), or play with --midi off (Linux: or alsa).",
    "midi-unavailable": "Load the system's MIDI (Linux: modprobe snd-seq) or start JACK; keys, OSC and browsers play "
    "without it.",
    "midi-none": "Plug one in at any time: it plays at once. Keys 1 to 0 hit pads meanwhile.",
    "port-taken": "End the program that has it, or choose another: --{option} :{free}",
    "port-forbidden": "The system keeps it for itself; choose another: --{option} :{free}",
    "model-broken": "Reinstall liveriff: its own model, which stands in for all others, is not whole.",
    "model-missing": "Mend or remove the entry, see docs/models.md; the embedded model plays in its place.",
    "gpu-unused": "Install the torch made for it (https://pytorch.org/get-started), then --accelerator {card}.",
    "gpu-silent": "Reset its driver or restart the machine; --accelerator cpu plays without it.",
    "torch-broken": "Install torch again: pip install --force-reinstall torch",
    "cache-forbidden": "Make it writable, or set LIVERIFF_CACHE to another folder: as it is, every start renders anew.",
    "disk-low": "Free some room: old chunks are dropped early, and a recording takes 1 GB in 45 minutes.",
    "recordings-forbidden": "Make it writable, or record to a file of your choice: --record FILE",
    "scene-broken": "Mend or remove the file; all other scenes play.",
    "terminal-small": "Make it at least 80 x 24, or play with --plain, or in a browser.",
    "terminal-plain": "Use a terminal with UTF-8 and colours (LANG=C.UTF-8 TERM=xterm-256color), or play with --plain.",
}
"""By name; gaps in braces are filled by the check."""
