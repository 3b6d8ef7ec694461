"""An engine that finds no room for its temporary files, for the test of what then is told."""


def begin(setup: object) -> None:
    """Write more than there is room for."""
    with open("/dev/full", "w") as file:
        file.write("text")
