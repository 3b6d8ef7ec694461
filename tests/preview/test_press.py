"""The layout process: it is started again when it dies, and gone when it is no more needed."""

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from packager.layout.orders import See
from tests.preview.test_exactness import BOOK, Preview

Write = Callable[[Mapping[str, str | bytes]], Path]


def test_pages_come_again_after_the_process_died(manuscript: Write) -> None:
    preview = Preview(manuscript({**BOOK, "02-tide.md": "# The Tide\n\nIt came back.\n"}))
    try:
        preview.show("tide")
        process = preview.proofs._foreman._press.pid
        assert process is not None
        os.kill(process, signal.SIGKILL)
        while not any(told["event"] == "failed" for told in preview.told):
            time.sleep(0.01)
        assert preview.proofs._foreman._press.pid != process
        preview.told[:] = [told for told in preview.told if told["event"] != "failed"]
        assert preview.show("tide")["pages"]
    finally:
        preview.proofs.close()


def test_the_process_ends_with_the_preview(manuscript: Write) -> None:
    preview = Preview(manuscript(BOOK))
    process = preview.proofs._foreman._press.pid
    preview.proofs.close()
    assert process is not None
    assert not Path(f"/proc/{process}/cmdline").exists() or not Path(f"/proc/{process}/cmdline").read_bytes()


def test_orders_do_not_wait_for_a_process_that_is_busy(manuscript: Write) -> None:
    preview = Preview(manuscript({**BOOK, "02-tide.md": "# The Tide\n\nIt came back.\n"}))
    try:
        preview.show("tide")
        press = preview.proofs._foreman._press
        assert press.pid is not None
        os.kill(press.pid, signal.SIGSTOP)
        start = time.monotonic()
        for _ in range(3):
            press.tell(See("x" * 2_000_000, (), 1))
        assert time.monotonic() - start < 1
        os.kill(press.pid, signal.SIGCONT)
        assert preview.show("tide")["pages"]
    finally:
        preview.proofs.close()
