"""A message on its way in: from the box, from a file, or from an example."""

from collections.abc import Sequence
from typing import Protocol

from assistant.pages import cases, sidebar, state
from assistant.pages.cases import Row, Turn
from assistant.pages.paste import Pasted, decode, trouble


class Upload(Protocol):
    """What Streamlit gives for a file."""

    name: str

    def getvalue(self) -> bytes:
        """The bytes of the file."""
        ...


def message(text: str, files: Sequence[Upload]) -> None:
    """Hear what was said; what cannot be read becomes a turn that says why and keeps the text."""
    came = [decode(file.name, file.getvalue()) for file in files]
    thread = state.current()
    if thread is None or (thread.cases and any(pasted.rows for pasted in came)):
        # rows are findings of their own: they add nothing to one that is open
        thread = cases.new_thread(text or "".join(file.name for file in files))
    said = [Pasted(text, "")] if text.strip() else []
    for pasted in came:
        if pasted.wrong:
            thread = cases.say(thread, Turn("problem", text=pasted.wrong))
        else:
            said.append(pasted)
    whole = "\n\n".join(pasted.text for pasted in said)
    if not whole and thread.turns:
        state.keep(thread)
        return
    wrong = trouble(whole)
    if wrong:
        thread = cases.say(thread, Turn("problem", text=wrong, kept=whole))
    else:
        thread = cases.hear(cases.give_up(thread), whole, sidebar.chosen_day(), _rows_of(said))
    state.keep(thread)


def _rows_of(said: Sequence[Pasted]) -> tuple[Row, ...]:
    """How the message is split, where a file says it; what else was said is a row of its own."""
    if not any(pasted.rows for pasted in said):
        return ()
    return tuple(row for pasted in said for row in pasted.rows or (Row(pasted.text),))
