"""Whatever can come from outside, made at random and given to the real decoders: see ``python -m fuzz --help``."""
