"""What the page shows while it works."""

from assistant.contract import SAID, Step
from assistant.pages.work import flowing


def test_the_words_of_a_model_flow_and_begin_anew_after_another_step() -> None:
    shown = flowing()
    told = [
        shown(Step(role="会诊", text=text))
        for text in ("开始回答", f"{SAID}没有", f"{SAID}开会。", "开始回答", f"{SAID}又说")
    ]
    assert told == [
        ("开始回答", False),
        ("模型：没有", False),
        ("模型：没有开会。", True),
        ("开始回答", False),
        ("模型：又说", False),
    ]
