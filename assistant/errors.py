"""Errors of the assistant; each message says in Chinese what is wrong and what to do.

SanzhenError
├── InputError            the finding or the input line cannot be used
├── ReaderError           a reader could not read the finding
└── SettingsError         an environment variable has a value that cannot be used
"""


class SanzhenError(Exception):
    """Base: catch it to show its message to the person."""


class InputError(SanzhenError):
    """The text is empty, too long, not text, or not a finding."""


class ReaderError(SanzhenError):
    """The reader failed; the offline reader is used instead and the opinion says so.

    lasting: trying the next finding would fail in the same way.
    """

    def __init__(self, sentence: str, *, lasting: bool = False) -> None:
        self.lasting = lasting
        super().__init__(sentence)


class SettingsError(SanzhenError):
    """A setting is missing or cannot be used."""
