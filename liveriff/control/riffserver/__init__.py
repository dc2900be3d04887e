"""The HTTP side of a server that Riffusion's clients can play from."""
