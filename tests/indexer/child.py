"""Does to a store, in a process of its own, what the tests cut off or watch.

    python -m tests.indexer.child archive|index|reindex|hold FOLDER

Each line it prints is a step that is done.
"""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING

from indexer.indexing import index_backlog, reindex
from indexer.opening import open_store
from tests.embedders import WordEmbedder
from tests.samples import article

if TYPE_CHECKING:
    from corroborate.protocols import Store
    from corroborate.types import Article

#: Articles, and how many of them one transaction has.
COUNT = 320
BATCH = 8


def articles() -> list[Article]:
    """Return the articles, each with a word of its own and two passages."""
    return [
        article(f"n{i:03}", text=f"Here is word{i}. It is alone. Nobody knew. So it goes.")
        for i in range(COUNT)
    ]


def archive(store: Store) -> None:
    """Archive in many transactions, and name the last article of each."""
    every = articles()
    for start in range(0, COUNT, BATCH):
        some = every[start : start + BATCH]
        store.articles.put(some)
        say(some[-1].id)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def hold(store: Store) -> None:
    """Hold the right to index until standard input ends."""
    with store.indexing() as mine:
        say(str(mine))
        sys.stdin.read()


def main(step: str, folder: str) -> None:
    """Do one step."""
    with closing(open_store(folder)) as store:
        if step == "archive":
            archive(store)
        elif step == "index":
            archive(store)
            index_backlog(store, WordEmbedder(), progress=lambda done, _: say(f"indexed {done}"))
        elif step == "reindex":
            say("ready")
            reindex(store, WordEmbedder("words-2"), progress=lambda done, _: say(f"again {done}"))
        else:
            hold(store)
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
