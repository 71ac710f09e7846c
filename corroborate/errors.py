"""Every error that Corroborate raises on purpose, as one tree.

    CorroborateError
    ├── SettingsError        a setting is missing, misspelt or out of range
    ├── InputError           what the user handed in cannot be checked or imported
    │   └── NoArticleError   it was read, but no article is in it
    ├── FetchError           a URL did not yield a page
    │   └── BlockedError     we refuse to ask: private address, robots.txt, scheme
    ├── FeedError            a feed was fetched, but is no feed we can read
    ├── StoreError           the archive or the index cannot do what was asked
    │   ├── StoreUnavailable the store does not answer; trying later may help
    │   └── IndexMismatch    the index was made with another embedding model
    └── ModelError           a model is missing, or is not of the kind it was named for

``str(error)`` is always one line that says what is wrong and, where there is something
to do, what to do. Errors of libraries are mapped to these where they cross into our code.
"""

from __future__ import annotations


class CorroborateError(Exception):
    """Root of all errors a caller may want to catch."""


class SettingsError(CorroborateError):
    """A setting is missing, misspelt or out of range."""


class InputError(CorroborateError):
    """What the user handed in cannot be checked or imported."""


class NoArticleError(InputError):
    """The input was read, but there is no article in it."""


class FetchError(CorroborateError):
    """A URL did not yield a page.

    Args:
        url: The URL that was asked for.
        reason: What happened, as a clause without a full stop.
        retry: Whether the same request may succeed later.
        retry_after: Seconds the server asked us to wait, if it said so.
        status: HTTP status that is the failure, if a status is.
    """

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        retry: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.retry = retry
        self.retry_after = retry_after
        self.status = status


class BlockedError(FetchError):
    """We refuse to ask: a private address, robots.txt, or a scheme that is not the web's."""


class FeedError(CorroborateError):
    """A feed was fetched, but is no feed we can read.

    Args:
        url: The feed's URL.
        reason: What is wrong with it, as a clause without a full stop.
    """

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason


class StoreError(CorroborateError):
    """The archive or the index cannot do what was asked."""


class StoreUnavailable(StoreError):
    """The store does not answer; trying later may help."""


class IndexMismatch(StoreError):
    """The index was made with another embedding model than the one in the settings."""


class ModelError(CorroborateError):
    """A model is missing, or is not of the kind it was named for."""
