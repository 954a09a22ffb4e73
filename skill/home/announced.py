"""Found without being looked for: the service is told of on the home network, as Home Assistant listens for it (RFC 6762, 6763).

The wyoming library has a helper for this, which cannot take back what it has told.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

log = structlog.get_logger()

KIND = "_wyoming._tcp.local."
"""What Home Assistant's Wyoming integration listens for."""


@asynccontextmanager
async def announced(host: str, port: int, name: str) -> AsyncIterator[None]:
    """Tell of what listens at ``host``; of every address of this machine, if that is all of them. It is taken back at the end.

    Where it cannot be told, whoever runs it learns why, and how to do without.
    """
    from zeroconf import Error, IPVersion  # noqa: PLC0415  # importing it looks about on this machine
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf  # noqa: PLC0415  # likewise

    told: AsyncZeroconf | None = None
    try:
        told = AsyncZeroconf(ip_version=IPVersion.V4Only)
        await told.async_register_service(
            AsyncServiceInfo(
                KIND,
                f"{name} {socket.gethostname().partition('.')[0]}.{KIND}",
                addresses=[socket.inet_aton(address) for address in addresses(host)],
                port=port,
            ),
            allow_name_change=True,
        )
    except (OSError, Error) as error:
        log.warning(
            "not announced",
            why=str(error) or type(error).__name__,
            what_now=f"in Home Assistant, add the Wyoming integration by hand, with this machine's address and port {port}",
        )
    try:
        yield
    finally:
        if told:
            await told.async_close()


def addresses(host: str) -> list[str]:
    """Where ``host`` is found from outside, as IPv4 addresses."""
    if host not in {"0.0.0.0", "::", ""}:  # noqa: S104  # to know it, not to listen there
        return [socket.gethostbyname(host)]
    import ifaddr  # noqa: PLC0415  # likewise; zeroconf brings it

    every = [str(one.ip) for adapter in ifaddr.get_adapters() for one in adapter.ips if one.is_IPv4]
    return [address for address in every if not address.startswith("127.")] or ["127.0.0.1"]
