"""The face: a terminal screen and the page of the browser remote. Clients of the engine's door, and of nothing else."""
