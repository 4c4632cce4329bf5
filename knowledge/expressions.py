"""Regular expressions in the library's files: a mistake in one is found when the file is read."""

from __future__ import annotations

import re


def compiles(expressions: tuple[str, ...]) -> tuple[str, ...]:
    """The expressions as they are; ValueError, in Chinese, names the first that is none."""
    for expression in expressions:
        try:
            re.compile(expression)
        except re.error as error:
            raise ValueError(
                f"“{expression}”不是有效的正则表达式，错在第 {(error.pos or 0) + 1} 个字符"
            ) from error
    return expressions
