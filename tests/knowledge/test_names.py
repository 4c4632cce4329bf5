"""The words by which names are told: what a person may get wrong in names.yaml is named."""

from pathlib import Path

import pytest

from knowledge import names
from knowledge.errors import LibraryError


def test_the_words_that_ship_are_read() -> None:
    assert "欧阳" in names.load().compound_surnames
    assert {"赵", "钱"} <= names.load().surnames


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("欧阳, 上官", "欧阳，上官", "“欧阳，上官”只能是汉字和大写字母，一词一项，用英文逗号隔开"),
        ("欧阳, 上官", "欧阳 上官", "“欧阳 上官”只能是汉字和大写字母，一词一项，用英文逗号隔开"),
        ("赵钱孙", "赵，钱、孙", "surnames：只能是汉字，去掉“、，”"),
        ("compound_surnames: [", "surname: [", "没有这样的字段|缺这一项"),
        ("surnames: >-\n  赵", "surnames: [赵]\nx: >-\n  赵", "surnames：要把单字连着写成文字"),
    ],
)
def test_a_mistake_is_named(right: str, wrong: str, words: str, small: Path) -> None:
    path = small / "names.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(LibraryError, match=rf"^names\.yaml 第 \d+ 行：.*(?:{words})"):
        names.load(small)
