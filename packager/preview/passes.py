"""What a caller of the preview has to know, and from where it may call."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field


def token() -> str:
    """Draw a secret of 144 bits."""
    return secrets.token_urlsafe(18)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a caller has to know and from where it may call."""

    hosts: frozenset[str]
    """The `host:port` that a browser may ask for."""
    cookie: str
    """Name of the cookie that carries the token; cookies do not mind ports, so the port stands in its name."""
    reads_only: bool = False
    """Whether nothing may be changed or opened from there."""
    tunnels: frozenset[str] = frozenset()
    """Those of the hosts that a tunnel shows, which may do so by https."""
    token: str = field(default_factory=token, repr=False)

    @classmethod
    def local(cls, port: int, names: Iterable[str] = ()) -> "Pass":
        """Make a pass for this machine; `names` are further hosts under which a tunnel shows it."""
        own = (f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        tunnels = frozenset(names)
        return cls(tunnels.union(own), f"pk_{port}", tunnels=tunnels)

    @classmethod
    def lan(cls, address: str, port: int) -> "Pass":
        """Make a pass for readers in the same network."""
        return cls(frozenset([f"{address}:{port}"]), f"pk_{port}", reads_only=True)
