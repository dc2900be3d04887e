"""The command line: the only room that prints. Every command imports what it needs when it runs.

Exit status 0 on success, 2 on bad usage or input with one sentence on stderr, 130 after Ctrl-C, 143
after SIGTERM, which ends all that was begun as Ctrl-C does.
"""

from liveriff.cli.app import main

__all__ = ["main"]
