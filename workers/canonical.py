"""One URL for one article, however it was reached.

Rules follow RFC 3986, section 6.2 (case, default ports, dot segments), plus what the web
adds: tracking parameters, AMP, and ``rel=canonical`` where it can be believed.
"""

from __future__ import annotations

import posixpath
import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from corroborate.identity import ascii_host

#: Parameters that tell a publisher where a reader came from, never what the page says.
_TRACKING = re.compile(
    r"(?i)^(?:utm|at|pk|mtm|itm|hsa|vero|oly|mkt|ns|cvid|trk|wt)[_.][\w.]+$"
    r"|^(?:(?:fb|g|dc|tw|y|ys|tt|tb)clid|msclkid|igsh(?:id)?|wbraid|gbraid)$"
    r"|^(?:mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|_r|_amp|cmp|cmpid|ncid|nlid|ocid|icid|intcid|ex_cid|s_cid"
    r"|sc_cid|smid|smtyp|smprod|sref|spm|ito|xtor|rref|mtrref|pgtype|clicksource|contentcollection"
    r"|contentplacement|ref|ref_src|ref_url|referrer|feedname|feedtype|rss|partner|partnercode"
    r"|soc_src|soc_trk|sr_share|share|sharetype|socialshare|linkid|guccounter|guce_referr(?:er|er_sig)"
    r"|traffic_source|yptr|tsrc|taid|dicbo|outputtype|amp)$"
)
#: Path endings of AMP copies.
_AMP_PATH = re.compile(r"(?i)(?:/amp/?|\.amp|/index\.amp|(?<=\w)\.amp(?=\.html?$))$")
_AMP_HTML = re.compile(r"(?i)\.amp(\.html?)$")
_AMP_CACHE = re.compile(
    r"(?i)^https?://(?:www\.google\.[a-z.]+/amp/|[\w-]+\.cdn\.ampproject\.org/[a-z]/)(s/)?(.+)$"
)
_DEFAULT_PORT = {"http": 80, "https": 443}
#: What may follow an article's own path without making it another article.
_VARIANT = re.compile(r"(?i)^/(?:amp|print|single|all|full|index\.\w+|(?:page/)?\d{1,2})$")
_LONGEST = 2_000


def canonical_url(url: str) -> str | None:
    """Return a URL in its canonical form, or None where it is no web address.

    Host in lower case and punycode, no user name, default port, fragment or tracking parameters; an
    address of an AMP cache becomes the page's own.
    """
    url = re.sub(r"[\t\r\n]", "", url).strip()
    cached = _AMP_CACHE.match(url)
    if cached:
        url = f"{'https' if cached[1] else 'http'}://{cached[2]}"
    parts = _split(url)
    if parts is None:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "")
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORT[scheme]} else ""
    host = f"[{host}]" if ":" in host else ascii_host(host).rstrip(".")
    kept = [pair for pair in parts.query.split("&") if pair and not _is_tracking(pair)]
    query = f"?{'&'.join(kept)}" if kept else ""
    return f"{scheme}://{host}{port}{_path(parts.path)}{query}"


def trusted_canonical(page_url: str, link: str | None) -> str | None:
    """Return a page's canonical URL: what it says itself where that can be believed.

    A page's own word (``rel=canonical``, ``og:url``) counts if it stays on the host ("www."
    and those of mobile pages aside), and leads neither to the home page (from any other
    page) nor to a section that the page lies in.

    Args:
        page_url: The URL that answered; empty for a saved page, whose word is then all
            there is.
        link: What the page says, absolute or relative.
    """
    own = canonical_url(page_url) if page_url else None
    if not link:
        return own
    try:
        said = canonical_url(urljoin(page_url, link.strip()))
    except ValueError:
        return own
    if said is None:
        return own
    if own is None:
        return said if urlsplit(said).path != "/" or urlsplit(said).query else None
    return said if _believable(own, said) else own


def _believable(own: str, said: str) -> bool:
    page, link = urlsplit(own), urlsplit(said)
    # Not the registered domain: strangers share that of a blog host.
    if _site(page) != _site(link) or page.port != link.port:
        return False
    here, there = page.path.rstrip("/"), link.path.rstrip("/")
    if not there:
        return not here and (bool(link.query) or not page.query)
    if here.startswith(f"{there}/"):
        story = re.search(r"[-\d]", there.rpartition("/")[2])  # a section's name has neither
        return bool(story and _VARIANT.match(here[len(there) :]))
    return True


def _site(parts: SplitResult) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)", "", parts.hostname or "")


def _split(url: str) -> SplitResult | None:
    if len(url) > _LONGEST:
        return None
    try:
        url.encode()  # raises at half a surrogate pair
        parts = urlsplit(url)
        valid = parts.scheme.lower() in _DEFAULT_PORT and parts.hostname
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    if not valid or re.search(r"[\s\x00-\x1f<>\"\\^`{|}]", parts.netloc):
        return None
    return parts


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote(name)
    if name.lower() == "outputtype":
        return value.lower() == "amp"
    if name.lower() == "source":
        return value.lower() in {"rss", "twitter", "facebook", "social", "email", "newsletter"}
    return bool(_TRACKING.match(name))


def _path(path: str) -> str:
    # Percent-encode what must be, once; sequences that are encoded already stay.
    path = quote(path, safe="/%:@!$&'()*+,;=~-._")
    path = re.sub(r"%[0-9a-fA-F]{2}", lambda m: m[0].upper(), path)
    slash = path.endswith("/")
    path = posixpath.normpath(f"/{path.lstrip('/')}") if path else "/"
    path = _AMP_HTML.sub(r"\1", _AMP_PATH.sub("", path)) or "/"
    return path if path == "/" or not slash else f"{path}/"
