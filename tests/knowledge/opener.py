"""Another process that opens an index: python opener.py LIBRARY FOLDER MODE

Modes   search   open, print what a search finds, end
        stay     the same, then wait for a line and search again
        hang     begin to build and never finish
        full     no file may grow past a megabyte, as on a full disk
"""

import json
import sys
import time
from pathlib import Path

from langchain_core.embeddings import Embeddings

from knowledge.encoder import Encoder
from knowledge.errors import IndexUnavailableError
from knowledge.index import Index, open_index
from knowledge.rules import load

QUERY = "没开会就把钱花了"


class Hanging(Embeddings):
    """A model that says it has begun and never answers."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        say("begun")
        time.sleep(600)
        return []

    def embed_query(self, text: str) -> list[float]:
        return []


def say(answer: object) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)  # noqa: T201 - this is its answer


def found(index: Index) -> list[str]:
    return [hit.id for hit in index.search(QUERY, limit=3)]


def main(library: str, folder: str, mode: str) -> None:
    if mode == "full":
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    embeddings = Hanging() if mode == "hang" else Encoder()
    try:
        index = open_index(load(Path(library)), embeddings, Path(folder))
    except IndexUnavailableError as error:
        say(str(error))
        return
    say(found(index))
    if mode == "stay":
        sys.stdin.readline()
        say(found(index))


if __name__ == "__main__":
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    main(*sys.argv[1:])
