"""Ports: taken ones and who has them."""

import os
import socket
from pathlib import Path

import pytest

from packager.preview import ports


def test_a_port_is_opened_for_this_machine_only() -> None:
    with ports.listen(0) as opened:
        assert opened.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_names_its_holder_and_the_next_is_given() -> None:
    with ports.listen(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            ports.listen(port)
        if Path("/proc/net/tcp").exists():
            assert ports.holder(port).endswith(f"(process {os.getpid()})")
        with ports.near(port) as second:
            assert second.getsockname()[1] != port


def test_a_port_that_nobody_has_has_no_holder() -> None:
    with ports.listen(0) as opened:
        port = opened.getsockname()[1]
    assert ports.holder(port) == ""


def test_the_systems_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    row = "   {n}: 0100007F:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000  0 0 {inode} 1\n"
    listens = row.format(n=0, port=4790, state="0A", inode=77)
    connected = row.format(n=1, port=4790, state="01", inode=78)
    (tmp_path / "net" / "tcp").write_text(head + connected + listens)
    (tmp_path / "12" / "fd").mkdir(parents=True)
    (tmp_path / "12" / "comm").write_text("jupyter-lab\n")
    os.symlink("socket:[77]", tmp_path / "12" / "fd" / "5")
    assert ports.holder(4790, tmp_path) == "jupyter-lab (process 12)"
    assert ports.holder(4791, tmp_path) == ""
    assert ports.holder(4790, tmp_path / "nothing") == ""


def test_this_machines_address_is_none_of_its_own_loop() -> None:
    found = ports.address()
    assert not found.startswith("127.")
    if found:
        socket.inet_aton(found)
