"""Listens by measure to every scene and preset that ships, and writes what it heard into the documents."""
