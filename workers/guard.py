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

#: Ports of the web; others belong to services that a request must not be able to talk to.
PORTS = frozenset({80, 443, 8000, 8080, 8443})
#: Addresses of a host that are tried, one after the other, at most.
TRIED = 3
#: IPv6 with an IPv4 address in its last 32 bits: NAT64 (RFC 6052) and the old compatible form.
_CARRIES_IPV4 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "::/96")))
#: The IPv6 addresses that are given out, and those of them that are for documentation.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_DOCUMENTATION = ipaddress.IPv6Network("3fff::/20")

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
    # IPv4 inside IPv6 (mapped, compatible, 6to4, NAT64) must not be a way around.
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if any(ip in network for network in _CARRIES_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        # Python knows single private ranges: what nobody may own is none of the internet either.
        if ip not in _GIVEN_OUT or ip in _DOCUMENTATION:
            return False
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
        if not self._allow_private and request.url.port not in PORTS | {None}:
            raise BlockedError(url, f"port {request.url.port} is not one of the web")
        *others, last = addresses = self._addresses(url, host)
        for address in others:
            try:
                return self._inner.handle_request(_pinned(request, address, len(addresses)))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._inner.handle_request(_pinned(request, last, len(addresses)))

    def _addresses(self, url: str, host: str) -> Sequence[str]:
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
        return addresses[:TRIED]

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


def _pinned(request: httpx.Request, address: str, tried: int) -> httpx.Request:
    """Return the request to one address; TLS still asks for the host's own name.

    Args:
        request: What is asked.
        address: Where.
        tried: Addresses that share the time to connect, so that many take no longer than one.
    """
    timeout = dict(request.extensions.get("timeout", {}))
    if timeout.get("connect"):
        timeout["connect"] /= tried
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={
            **request.extensions,
            "sni_hostname": request.url.host,
            "timeout": timeout,
        },
    )
