"""No request to a private address: not by name, not by redirect, not by a changing answer.

Each request's host is resolved here, every address it has is checked, and the connection
goes to the address that was checked; the name stays in the Host header and in TLS. A
redirect is a request of its own.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

import httpx

from corroborate.errors import BlockedError, FetchError

#: From a host name to its addresses, as text.
Resolve = Callable[[str], Sequence[str]]


def resolve(host: str) -> list[str]:
    """Return the addresses of a host name, by the system's resolver.

    Raises:
        OSError: There is none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    # IPv4 inside IPv6 (mapped, 6to4, NAT64) must not be a way around.
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


class GuardedTransport(httpx.BaseTransport):
    """Sends requests to checked addresses only.

    Args:
        allow_private: Let private addresses through: for tests and intranets.
        resolve: How names are resolved.
    """

    def __init__(self, *, allow_private: bool, resolve: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        # No connection is kept: one to a shared address must not serve another name.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.HTTPTransport(limits=limits, trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        url, host = str(request.url), request.url.host
        if request.url.scheme not in {"http", "https"}:
            raise BlockedError(url, f"'{request.url.scheme}' is not a scheme of the web")
        pinned = httpx.Request(
            request.method,
            request.url.copy_with(host=self._address(url, host)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": host},
        )
        return self._inner.handle_request(pinned)

    def _address(self, url: str, host: str) -> str:
        if not host:
            raise BlockedError(url, "the address names no host")
        try:
            # getaddrinfo also reads 0x7f.1 and 2130706433: what it makes of them is checked.
            addresses = self._resolve(host)
        except (OSError, UnicodeError) as exc:
            raise FetchError(url, f"the host {host} is not known", retry=True) from exc
        if not addresses:
            raise FetchError(url, f"the host {host} has no address", retry=True)
        if not self._allow_private and not all(map(is_public, addresses)):
            raise BlockedError(url, f"{host} is not on the public internet")
        return addresses[0]

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
