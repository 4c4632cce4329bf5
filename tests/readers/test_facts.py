"""What a model reads of a finding: who it was and where is left out, every place is kept."""

import pytest

from assistant.readers.facts import facts_of
from knowledge.rules import Rules


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("清河镇党委书记李秀英没有上会。", "某镇党委书记李某没有上会。"),
        ("欧阳建国借给石桥村8万元，欧阳建国已归还。", "欧阳某借给某村8万元,欧阳某已归还。"),
        ("青峰鄉鄉長趙國棟當天不在場。", "某乡乡长赵某当天不在场。"),
        ("某镇张某按程序上会。", "某镇张某按程序上会。"),
        ("苗木到期没有验收，乔迁收了礼金。", "苗木到期没有验收,乔迁收了礼金。"),
    ],
)
def test_full_names_are_read_as_the_short_ones(told: str, read: str, rules: Rules) -> None:
    assert facts_of(told, rules.language).text == read


def test_what_is_quoted_are_the_words_as_they_were_given(rules: Rules) -> None:
    told = "清河镇党委书记李秀英没有上会，也没有公示。"
    facts = facts_of(told, rules.language)
    for words in ("李秀英没有上会", "清河镇党委书记", "也没有公示"):
        short = words.replace("李秀英", "李某").replace("清河镇", "某镇")
        start, end = facts.place(facts.text.index(short), facts.text.index(short) + len(short))
        assert told[start:end] == words
