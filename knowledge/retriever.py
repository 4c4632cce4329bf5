"""The library's search as a LangChain retriever, so that others can use it."""

from __future__ import annotations

from datetime import date

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.index import Hit, Index
from knowledge.rules import Rules


class LibraryRetriever(BaseRetriever):
    """Provisions and units of the method, best first, in force on `day` (None: any day)."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    rules: Rules
    index: Index
    limit: int = 10
    day: date | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.index.search(
            query, limit=self.limit, day=self.day, kinds=("provision", "method")
        )
        return [document(hit, self.rules) for hit in hits]


def document(hit: Hit, rules: Rules) -> Document:
    """A hit as a LangChain document; its id is the provision's."""
    if hit.id in rules.method:
        unit = rules.method[hit.id]
        return Document(
            id=hit.id,
            page_content=unit.text,
            metadata={"provision": hit.id, "document": unit.title, "score": hit.score},
        )
    provision = rules.provisions[hit.id]
    version = rules.provisions.version_of(hit.id)
    return Document(
        id=hit.id,
        page_content=provision.gist,
        metadata={
            "provision": hit.id,
            "document": version.document,
            "version": version.version,
            "article": provision.article,
            "score": hit.score,
        },
    )
