"""Where the parts are put together from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from corroborate.matcher import Options, Progress, check, window
from corroborate.settings import without_secrets

if TYPE_CHECKING:
    from corroborate.protocols import Embedder, Judge, Searcher, Store
    from corroborate.settings import Settings
    from corroborate.types import Article, Report
    from workers.crawl import Crawler
    from workers.fetch import Fetcher
    from workers.guard import Resolve


class Engine:
    """Store, models and fetcher of one process, each opened when it is first used.

    Use it as a context manager, or call :meth:`close`.

    Args:
        settings: What to open.
        resolve: How host names are resolved; None: the system's way.
    """

    def __init__(self, settings: Settings, resolve: Resolve | None = None) -> None:
        self.settings = settings
        self._resolve = resolve

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @cached_property
    def store(self) -> Store:
        """The archive, the index and the feeds."""
        from indexer.opening import open_store

        return open_store(self.settings.store)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model; its weights are loaded on first use."""
        from indexer.embedder import open_embedder

        return open_embedder(self.settings.embedder, self.settings.threads)

    @cached_property
    def judge(self) -> Judge:
        """The judge; its weights are loaded on first use."""
        from corroborate.judge.judge import open_judge

        return open_judge(self.settings.judge, self.settings.threads)

    @cached_property
    def searcher(self) -> Searcher:
        """The search over the store."""
        from indexer.search import StoreSearcher

        return StoreSearcher(self.store, self.embedder)

    @cached_property
    def fetcher(self) -> Fetcher:
        """The guarded way to the web."""
        from workers.fetch import Fetcher
        from workers.guard import resolve

        return Fetcher(self.settings, self._resolve or resolve)

    @cached_property
    def crawler(self) -> Crawler:
        """Polls feeds and takes pages into the store."""
        from workers.crawl import Crawler
        from workers.pace import Pace

        return Crawler(self.store, self.fetcher, Pace(self.settings.pace))

    @property
    def options(self) -> Options:
        """How to check an article, as the settings say."""
        return Options(
            window_days=self.settings.window_days,
            hits=self.settings.hits,
            max_claims=self.settings.max_claims,
        )

    def check(
        self,
        article: Article,
        options: Options | None = None,
        progress: Progress = lambda _stage, _done, _total: None,
    ) -> Report:
        """Check an article; see :func:`corroborate.matcher.check`.

        Where the article does not say when it was published, a day that its text names is
        searched around if the store covers one, and the report says so.
        """
        options = options or self.options
        gaps = [self.unsearched()]
        if article.published is None:
            options, note = self._around(article, options)
            gaps.append(note)
        report = check(article, self.searcher, self.judge, options, progress)
        gaps = [*filter(None, gaps), *report.coverage.gaps]
        failing = map(without_secrets, report.coverage.failing)
        coverage = replace(report.coverage, gaps=tuple(gaps), failing=tuple(failing))
        return replace(report, coverage=coverage)

    def unsearched(self) -> str:
        """Return what to say of articles that no search can find yet; "" if there are none."""
        pending = self.store.articles.pending()
        if not pending:
            return ""
        which = "1 article is" if pending == 1 else f"{pending:,} articles are"
        were = "was" if pending == 1 else "were"
        return f"{which} archived but not yet indexed and {were} not searched"

    def _around(self, article: Article, options: Options) -> tuple[Options, str]:
        """Return the options with a day to search around, and what to say of it.

        The text names a day shortly before it was published, so the window is doubled.
        """
        from workers.dates import possible_days

        days = possible_days(article.text, datetime.now(UTC).date()) if options.window_days else []
        for day in days:
            guess = replace(options, around=day, window_days=options.window_days * 2)
            if self.searcher.coverage(window(article, guess)).articles:
                return guess, (
                    f"the article gives no date; passages around {day}, which its text names, "
                    "were searched"
                )
        return options, "the article gives no date, so passages of any day were searched"

    def index(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Index what is archived but not indexed yet; return how many articles that was."""
        from indexer.indexing import index_backlog

        return index_backlog(self.store, self.embedder, progress=progress)

    def close(self) -> None:
        """Release what was opened."""
        for name in ("fetcher", "store"):
            part = self.__dict__.pop(name, None)
            if part is not None:
                part.close()
