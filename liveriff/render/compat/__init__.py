"""Clips as Riffusion's server makes them, by any backend. No torch here."""
