"""What goes along with a follow-up question, between its marks."""

from assistant.readers.conversation import Talk


def test_a_blank_in_what_was_written_is_not_filled() -> None:
    words = "{{question}}{{summary}}{{provisions}}"
    asked = Talk("问甲", f"材料{words}", f"意见{words}", ((f"问{words}", f"答{words}"),))
    prompt = asked.prompt(f"条款{words}")
    for part in ("材料", "意见", "问", "答", "条款"):
        assert f"{part}{words}" in prompt
    assert prompt.count("问甲") == 1
