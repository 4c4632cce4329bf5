from assistant.contract import CriterionName, Leans, Reading, RedLine
from assistant.pages.marks import label, legend, marked, plain

TEXT = "会议未研究，<b>直接</b>付款。"


def reading(criterion: CriterionName, leans: Leans, words: str, text: str = TEXT) -> Reading:
    start = text.index(words)
    return Reading(
        criterion=criterion, leans=leans, span=words, start=start, end=start + len(words)
    )


def words_of(html: str) -> str:
    """The finding as the reader sees it, without marks, labels and tags."""
    import re
    from html import unescape

    without_tags = re.sub(r'<span class="sz-tag[^>]*>.*?</span>', "", html)
    return unescape(re.sub(r"<[^>]+>", "", without_tags))


def test_a_finding_without_readings_is_shown_escaped_and_whole() -> None:
    html = marked(TEXT, (), ())
    assert "&lt;b&gt;直接&lt;/b&gt;" in html
    assert words_of(html) == TEXT


def test_marked_words_carry_criterion_and_side_in_words_and_not_colour_alone() -> None:
    html = marked(TEXT, (reading("程序", "失责", "未研究"),), ())
    assert '<mark class="c4 failure" title="程序：倾向失责（查实）">未研究</mark>' in html
    assert '<span class="sz-tag c4">▲程序</span>' in html


def test_overlapping_and_nested_words_lose_no_character() -> None:
    readings = (
        reading("程序", "失责", "未研究，<b>"),
        reading("主观", "未知", "研究，<b>直接"),
        reading("尽责", "失责", "研究"),
    )
    html = marked(TEXT, readings, ())
    assert words_of(html) == TEXT
    for name in ("▲程序", "？主观", "▲尽责"):
        assert html.count(name) == 1


def test_words_whose_place_does_not_match_the_text_are_not_marked() -> None:
    stray = Reading(criterion="程序", leans="失责", span="别的", start=0, end=2)
    assert "<mark" not in marked(TEXT, (stray,), ())


def test_an_empty_span_marks_nothing() -> None:
    empty = Reading(criterion="程序", leans="未知", span="", start=0, end=0)
    assert "<mark" not in marked(TEXT, (empty,), ())


def test_a_red_line_is_flagged_in_words() -> None:
    line = RedLine(rule="谋取私利", provision="甲法:1", refers=True, span="付款", start=15, end=17)
    text = marked(TEXT, (), (line,))
    assert "⚑红线" in text
    assert 'title="红线：谋取私利"' in text


def test_a_title_cannot_break_out_of_its_attribute() -> None:
    why = reading("程序", "失责", "未研究").model_copy(update={"why": '"><script>'})
    assert "<script>" not in marked(TEXT, (why,), ())


def test_the_legend_names_only_the_sides_that_occur() -> None:
    html = legend((reading("程序", "失责", "未研究"),), ())
    assert "倾向失责" in html
    assert "倾向失误" not in html
    assert legend((), ()) == ""


def test_labels_keep_letters_and_disarm_markdown() -> None:
    said = label("**粗** :red[x] $y$ `z` <b> www.a.b")
    assert not set("*:[]$`<>.") & set(said)
    assert "粗" in said


def test_plain_escapes_quotes_too() -> None:
    assert plain("""<"'&>""") == "&lt;&quot;&#x27;&amp;&gt;"
