"""A message on its way in: from the box, from a file, or from an example."""

from collections.abc import Sequence
from typing import Protocol

from assistant.pages import cases, sidebar, state
from assistant.pages.cases import Turn
from assistant.pages.paste import decode, trouble


class Upload(Protocol):
    """What Streamlit gives for a file."""

    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""
        ...


def message(text: str, files: Sequence[Upload]) -> None:
    """Hear what was said; what cannot be read becomes a turn that says why and keeps the text."""
    thread = state.current() or cases.new_thread(text or "".join(file.name for file in files))
    said = [text] if text.strip() else []
    for file in files:
        content, wrong = decode(file.name, file.getvalue())
        if wrong:
            thread = cases.say(thread, Turn("problem", text=wrong))
        else:
            said.append(content)
    whole = "\n\n".join(said)
    if not whole and thread.turns:
        state.keep(thread)
        return
    wrong = trouble(whole)
    if wrong:
        thread = cases.say(thread, Turn("problem", text=wrong, kept=whole))
    else:
        thread = cases.hear(cases.give_up(thread), whole, sidebar.chosen_day())
    state.keep(thread)
