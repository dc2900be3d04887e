"""`python -m liveriff`: the same as the command."""

from liveriff.cli import main

if __name__ == "__main__":
    main()
