"""The views of the terminal screen, one a module; ``ui.app`` shows one at a time."""
