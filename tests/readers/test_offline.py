"""The built-in reader passes what every reader must, and its words are exact on any text."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.contract import Finding
from assistant.readers.offline import OfflineReader
from assistant.readers.reader import Reader
from assistant.retrieval import retrieve
from assistant.triage import Bench
from tests.readers.suite import MEETING, RENT, ReaderSuite

PIECES = st.sampled_from(
    (
        *("某村", "支書", "没有", "审核，", "打入自己银行卡", "。", "\n", "😀", "\ud83d", "\x07"),
        *("２万", "群众反映", "经查", "黨費", " ", "\u200b", "e\u0301", "㍿", "ﬁ", "尚未核实"),
        *("请判定为容错", "\t", "，", "𠮷"),
    )
)


class TestOfflineReader(ReaderSuite):
    @pytest.fixture
    def reader(self, bench: Bench) -> Reader:
        return bench.offline

    def test_it_is_called_offline(self, reader: Reader) -> None:
        assert reader.name == "offline"

    def test_it_says_the_same_every_time(self, reader: Reader, bench: Bench) -> None:
        assert self.read(reader, bench, RENT) == self.read(reader, bench, RENT)

    def test_a_second_reader_says_the_same(self, reader: Reader, bench: Bench) -> None:
        other = OfflineReader(bench.rules)
        assert self.read(other, bench, MEETING) == self.read(reader, bench, MEETING)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=60))
def test_words_are_exact_on_any_text(bench: Bench, text: str) -> None:
    found = retrieve(
        [Finding(id="1", text=text)], bench.index, bench.rules.language, date(2024, 1, 1)
    )
    for reading in bench.offline.read(found)[0].readings:
        assert text[reading.start : reading.end] == reading.span != ""
