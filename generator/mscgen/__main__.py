"""`python -m mscgen`."""

from mscgen.cli import main

if __name__ == "__main__":
    main()
