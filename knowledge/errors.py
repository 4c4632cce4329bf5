"""Errors of the knowledge side; each message says in Chinese what is wrong and what to do.

KnowledgeError
├── LibraryError          a file of the library has a mistake (file, line)
├── IndexUnavailableError the index cannot be opened or built
├── EncoderError          the encoder's file is missing or damaged
└── StatuteError          the package with the state law is missing or unreadable
"""

from pathlib import Path


class KnowledgeError(Exception):
    """Base: catch it to show its message to the person."""


class LibraryError(KnowledgeError):
    """A mistake in a file of the library: where it is and what to do."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path.name} 第 {line} 行：{problem}")


class IndexUnavailableError(KnowledgeError):
    """Searching is not possible right now, which is not the same as finding nothing."""


class EncoderError(KnowledgeError):
    """The encoder cannot be loaded."""


class StatuteError(KnowledgeError):
    """The verbatim state law cannot be read."""
