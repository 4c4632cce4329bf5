"""Embeddings that put placeholders into a query before it goes to an endpoint elsewhere."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from assistant.privacy import mask
from assistant.settings import Settings


class MaskedEmbeddings(Embeddings):
    """Queries are findings and are masked; documents are the library's own texts."""

    def __init__(self, inner: Embeddings) -> None:
        self._inner = inner
        self.model = getattr(inner, "model", "")  # this and its address name the vectors
        self.openai_api_base = getattr(inner, "openai_api_base", "")

    def embed_query(self, text: str) -> list[float]:
        """The vector of the masked query."""
        return self._inner.embed_query(mask(text).text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of the library's texts."""
        return self._inner.embed_documents(texts)


def guarded(embeddings: Embeddings, settings: Settings) -> Embeddings:
    """The embeddings as they are where text stays here or may go as it is, else masked."""
    used = settings.embeds_with
    if used is None or used.is_this_machine or settings.remote == "plain":
        return embeddings
    return MaskedEmbeddings(embeddings)
