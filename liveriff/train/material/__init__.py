"""Licence-clean loops and one-shots made from a seed: what the embedded model learns from."""
