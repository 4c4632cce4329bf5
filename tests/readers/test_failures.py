"""Whatever goes wrong with a model: a good opinion, and a sentence that says so."""

import pytest

from assistant.contract import Opinion
from assistant.errors import ReaderError
from assistant.readers import endpoint as endpoints
from assistant.readers.voice import METHODS
from assistant.retrieval import Retrieved
from assistant.triage import Bench, triage

from .conftest import answer
from .scripted import KEY, opine, read, refusing
from .server import Reply, Script, always, in_turn

ENGLISH = "The branch did not hold a meeting, and the rent was never made public."


@pytest.mark.parametrize(
    ("script", "who"),
    [
        (always(Reply(status=401)), "offline"),
        (always(Reply(status=429, headers={"retry-after": "3600"})), "offline"),
        (in_turn(Reply(status=429, headers={"retry-after": "0.1"}), Reply(answer())), "scripted"),
        (always(Reply(status=500)), "offline"),
        (in_turn(Reply(status=500), Reply(answer())), "scripted"),
        (always(Reply(answer(), gap=0.3, piece=2)), "offline"),
        (always(Reply(answer(), gap=0.002, piece=2)), "scripted"),
        (always(Reply(wait=30)), "offline"),
        (always(Reply(answer(), cut=True)), "offline"),
        (in_turn(Reply(answer(), cut=True), Reply(answer())), "scripted"),
        (always(Reply('{"liability": 失责}')), "offline"),
        (always(Reply('{"责任": "失责", "处置": ["纠错"]}')), "offline"),
        (always(Reply("")), "offline"),
        (always(Reply(refusal="抱歉，我不能回答")), "offline"),
        (always(Reply("抱歉，我无法协助处理这条内容。")), "offline"),
        (always(Reply(ENGLISH)), "offline"),
        (always(Reply(answer(reason=ENGLISH))), "scripted"),
        (always(Reply("字" * 1_000_000, piece=20_000)), "offline"),
        (always(Reply(answer(reason="字" * 1_000_000), piece=20_000)), "offline"),
        (refusing("schema"), "scripted"),
        (refusing("tool"), "scripted"),
        (refusing("json"), "scripted"),
        (refusing("text"), "scripted"),
        (refusing("schema", "tool", "json"), "scripted"),
        (refusing(*METHODS), "offline"),
    ],
    ids=[
        "401", "429", "429一次", "500", "500一次", "慢滴", "慢但来得及", "挂起", "断流", "断流一次",
        "坏JSON", "别的字段", "空", "拒答", "婉拒", "英文", "英文JSON", "一兆", "一兆JSON",
        "不懂schema", "不懂tool", "不懂json", "不懂text", "只懂text", "什么都不懂",
    ],
)  # fmt: skip
def test_every_failure_ends_in_a_good_opinion(
    bench: Bench, rent: Retrieved, script: Script, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "_FIRST_WAIT", 0.02)
    opinion = opine(bench, rent, script, seconds=1.5)
    assert opinion.error is None
    assert opinion.reader == who
    assert {c.supports for c in opinion.citations} >= {"domain", "liability", "remedy"}
    assert opinion.disclaimer
    if who == "offline":
        alone = triage(rent.finding, bench)
        (note,) = set(opinion.notes) - set(alone.notes)
        assert note.startswith("模型没有给出可用的回答，以下由离线阅读给出：")
        assert len(note) > 30
        assert without_notes(opinion) == without_notes(alone)
    else:
        assert [reading.span for reading in opinion.criteria] == ["未经集体研究"]
        assert ENGLISH not in opinion.explanation
        assert "未经集体研究" in opinion.explanation or opinion.failures


def without_notes(opinion: Opinion) -> Opinion:
    """The same without its notes."""
    return opinion.model_copy(update={"notes": ()})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "不知道",
        "[1, 2]",
        '{"a": 1}',
        "I cannot judge this case.",
        '{"liability": "guilty"}',
        '{"liability": 1' + "0" * 5000 + "}",
    ],
    ids=["空", "半个括号", "闲话", "数组", "别的字段", "英文", "词表外", "数太长"],
)
def test_nonsense_ends_in_the_offline_opinion_that_says_so(
    bench: Bench, rent: Retrieved, text: str
) -> None:
    opinion = opine(bench, rent, always(Reply(text)))
    assert opinion.error is None
    assert opinion.reader == "offline"
    assert any("模型没有给出可用的回答" in note for note in opinion.notes)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(status=401, body=f"bad key {KEY}"), "密钥"),
        (Reply(status=403), "密钥"),
        (Reply(status=404), "404"),
        (Reply(status=413), "413"),
        (Reply(refusal="抱歉，我不能回答"), "拒绝"),
        (Reply("抱歉，我无法协助处理这条内容。"), "拒绝"),
        (Reply(status=307, headers={"location": "http://127.0.0.1:9/v1"}), "307"),
        (Reply("字" * 1_000_000, piece=20_000), "字，没有采用"),
        (Reply(raw=b"<html>login</html>"), "接口格式"),
    ],
    ids=["401", "403", "404", "413", "拒答", "婉拒", "转址", "一兆", "网页"],
)
def test_each_failure_has_its_sentence_and_never_the_key(
    bench: Bench, rent: Retrieved, reply: Reply, words: str
) -> None:
    with pytest.raises(ReaderError) as caught:
        read(bench, rent, always(reply))
    assert words in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
