"""An engine that ends with its process, for the test of what then is told."""

import os
import signal


def begin(setup: object) -> None:
    """Do nothing."""


def lay_out(job: object, report: object) -> None:
    """End."""
    os.kill(os.getpid(), signal.SIGKILL)
