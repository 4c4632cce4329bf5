from datetime import date

from assistant.contract import Citation, Finding, Measure, Opinion, Reading, View
from assistant.export import as_markdown, as_text, escape_markdown, in_force_words

FINDING = Finding(id="1", text="# 标题\n<b>付款</b> $x$ *未经研究*", date=date(2022, 3, 1))
CITED = Citation(
    provision="甲法:3",
    document="甲法",
    version="2020版",
    article="第三条",
    kind="要旨",
    text="集体决定。",
    in_force=False,
    supports="liability",
    verified=False,
)
OPINION = Opinion(
    id="1",
    domain="业务",
    liability="失责",
    remedy="纠错",
    confidence=0.71,
    criteria=(
        Reading(criterion="程序", leans="失责", span="未经研究", start=20, end=24, why="没有开会"),
    ),
    measures=(Measure(text="补开会议", decided_by="镇党委", provision="甲法:3"),),
    questions=("谁签的字？",),
    citations=(CITED,),
    needs_review=True,
    disagreement="规则与模型不一致",
    decided_by="镇党委",
    rights="可以申诉。",
    disclaimer="仅供参考。",
)


def test_the_text_holds_labels_words_provision_who_decides_and_rights() -> None:
    text = as_text(FINDING, OPINION)
    for part in (
        "责任：失责（把握 71%）",
        "程序：倾向失责，“未经研究”（查实）没有开会",
        "《甲法》第三条（责任，要旨，2020版，已失效，未核对）：集体决定。",
        "补开会议（决定：镇党委；依据：《甲法》第三条）",
        "需人工复核：规则与模型不一致",
        "事发日期：2022-03-01",
        "谁签的字？",
        "可以申诉。",
    ):
        assert part in text


def test_the_text_keeps_the_finding_as_it_was_given() -> None:
    assert FINDING.text in as_text(FINDING, OPINION)


def test_sections_without_content_are_left_out_and_the_rest_is_numbered_on() -> None:
    text = as_text(FINDING, Opinion(id="1", liability="不成立", disclaimer="仅供参考。"))
    assert "红线" not in text
    assert "三、说明" in text


def test_markdown_escapes_what_the_finding_would_render() -> None:
    markdown = as_markdown(FINDING, OPINION)
    assert "> \\# 标题" in markdown
    assert "<b>" not in markdown.replace("\\<b\\>", "")
    assert "\\$x\\$" in markdown
    assert "\\*未经研究\\*" in markdown


def test_a_numbered_line_stays_a_line_of_text() -> None:
    assert escape_markdown("1. 甲\n- 乙") == "\\1. 甲\n\\- 乙"


def test_an_opinion_with_an_error_says_so_and_nothing_else() -> None:
    text = as_text(FINDING, Opinion(id="1", error="读不了"))
    assert "未能研判\n读不了" in text
    assert "责任：" not in text


def test_objections_of_a_person_are_exported() -> None:
    assert "第 2 步不成立" in as_markdown(FINDING, OPINION, ("第 2 步不成立",))


def test_what_the_reader_noted_is_exported() -> None:
    noted = OPINION.model_copy(update={"notes": ("以下由离线阅读给出",)})
    for text in (as_text(FINDING, noted), as_markdown(FINDING, noted)):
        assert "以下由离线阅读给出" in text


def test_force_is_told_in_three_ways() -> None:
    words = [in_force_words(CITED.model_copy(update={"in_force": v})) for v in (True, False, None)]
    assert words == ["有效", "已失效", "效力未知"]


def test_words_are_said_once_and_what_was_not_looked_into_leans_nowhere() -> None:
    unknown = Reading(
        criterion="程序",
        leans="失责",
        span="未经研究",
        start=20,
        end=24,
        why="“未经研究”还没有查，查清以后才看得出偏哪一边",
        proof="未查",
    )
    text = as_text(FINDING, OPINION.model_copy(update={"criteria": (unknown,)}))
    assert "程序：未知，“未经研究”还没有查，查清以后才看得出偏哪一边" in text


def test_the_side_that_a_person_took_is_exported() -> None:
    choice = View(by="模型", domain="业务", liability="失误", remedy="容错")
    for export in (as_text, as_markdown):
        assert "由人选定" not in export(FINDING, OPINION)
        assert "由人选定：采纳模型的结论（业务、失误、容错）" in export(
            FINDING, OPINION, (), choice
        )
