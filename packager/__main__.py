"""`python -m packager` is the command `packager`."""

from packager.cli import main

main()
