"""A model file in this process: what its answers are held to. The model itself is in tests/live."""

from assistant.readers.local import bounded
from assistant.readers.said import schema


def test_every_list_and_text_has_an_end_and_the_words_of_the_contract_stay() -> None:
    plain = schema()
    held = bounded(plain)
    parts, before = held["properties"], plain["properties"]
    reading = parts["readings"]["items"]["properties"]
    assert 0 < parts["readings"]["maxItems"] <= 10
    assert 0 < reading["quote"]["maxLength"] < parts["explanation"]["maxLength"]
    assert parts["questions"]["items"]["maxLength"] > 0
    assert parts["liability"] == before["liability"]
    assert held["required"] == plain["required"]
    assert "maxItems" not in before["readings"]
