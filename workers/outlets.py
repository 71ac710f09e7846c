"""Who an outlet is: one id and family for each publisher, with and without a URL.

Ids are registered domains. Well-known names and second domains lead to the same id, so
that an article credited to "NPR" and one at ``npr.org`` are of one outlet. The table is
``outlets.toml`` beside this file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from corroborate.identity import name_key, readable_host, registered_domain, slug
from corroborate.types import Outlet, SearchFilter

if TYPE_CHECKING:
    from corroborate.protocols import ArticleArchive

#: Of an article that gives neither its outlet nor its URL.
UNKNOWN = Outlet("unknown", "unknown outlet")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the table says."""

    #: Any domain of an outlet → the domain that is its id.
    domains: dict[str, str]
    #: Slug of a name → the domain that is its id.
    names: dict[str, str]
    #: Id → name to show.
    shown: dict[str, str]
    #: Any domain → publisher family.
    families: dict[str, str]


@cache
def _known() -> _Known:
    table = tomllib.loads(files("workers").joinpath("outlets.toml").read_text(encoding="utf-8"))
    known = _Known({}, {}, {}, {})
    for outlet_id, names in table["outlets"].items():
        shown, *others = names
        known.shown[outlet_id] = shown
        known.domains[outlet_id] = outlet_id
        for name in (shown, *others):
            if "." in name and " " not in name:
                known.domains[name] = outlet_id
            known.names[_key(name)] = outlet_id
    for family, domains in table["families"].items():
        known.families.update(dict.fromkeys(domains, family))
    return known


def _key(name: str) -> str:
    """Return what two ways to write a name have in common."""
    words = slug(name).split("-")
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    if len(words) > 1 and words[-1] in {"com", "online"}:
        words = words[:-1]
    return "-".join(words)


def outlet(name: str, url: str | None = None) -> Outlet:
    """Return an outlet by the URL of one of its pages, its name, or both; the URL decides.

    The given name is kept, unless the table knows the domain by other names only (the
    name is then a columnist's, not the publisher's). Without either it is :data:`UNKNOWN`.
    """
    known, name = _known(), name.strip()
    if not name and not url:
        return UNKNOWN
    named = known.names.get(_key(name)) if name else None
    domain = registered_domain(url) if url else None
    where = known.domains.get(domain, domain) if domain else None
    outlet_id = where or named or _domain_like(name) or slug(name)
    if not name or (outlet_id in known.shown and named != outlet_id):
        name = known.shown.get(outlet_id) or readable_host(outlet_id)
    return Outlet(outlet_id, name, family(outlet_id))


def ids(names: Iterable[str], archive: ArticleArchive) -> frozenset[str]:
    """Return the ids that outlets of these names have, by the table and in the archive."""
    names = list(names)
    if not names:
        return frozenset()
    keys = set(map(name_key, names))
    stored = archive.coverage(SearchFilter()).outlets
    return frozenset(outlet(name).id for name in names) | {
        o.id for o in stored if name_key(o.name) in keys
    }


def family(domain: str) -> str | None:
    """Return the publisher family of a registered domain, where known."""
    return _known().families.get(domain)


def _domain_like(name: str) -> str | None:
    """Return the registered domain that a name is ("freep.com"), if it is one."""
    if " " in name or "." not in name.strip("."):
        return None
    found = registered_domain(f"https://{name.lower()}/")
    return _known().domains.get(found, found) if found else None
