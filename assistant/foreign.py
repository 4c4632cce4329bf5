"""What of a Chinese finding is written for other eyes: other languages and scripts, and codes.

Terms   foreign prose: several words of a sentence; names of products, places and files are kept.
        code: base64, hex, percent signs and their kin that stand for words.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from urllib.parse import unquote

HAN = re.compile(r"[\u4e00-\u9fff]")
_ENCODED = re.compile(
    r"(?<![A-Za-z0-9+/])(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])[A-Za-z0-9+/]{20,}={0,2}|"
    r"(?<![0-9A-Za-z])(?=[0-9a-fA-F]{2})(?=[0-9a-fA-F ]{0,80}[a-fA-F])(?:[0-9a-fA-F]{2} ?){14,}|"
    r"(?:%[0-9A-Fa-f]{2}){4,}|(?:\\u[0-9a-fA-F]{4}){2,}|(?:\\x[0-9a-fA-F]{2}){4,}|(?:&#x?[0-9a-fA-F]+;){2,}|(?:[01]{8}\s?){3,}|"
    r"(?:[.·-]{1,6} ){6,}[.·-]{0,6}"
)
_LETTER = "A-Za-zÀ-ɏ\u0300-\u036fḀ-ỿ"
_LATIN = re.compile(
    rf"(?:(?<![0-9A-Za-z])[0-9@$](?=[{_LETTER}]))?[{_LETTER}][{_LETTER}0-9'’\",.:;!?()@$\-\s]*[{_LETTER}.!?]"
)
_WORD = re.compile(rf"[{_LETTER}'’]{{2,}}")
_LOWER = re.compile(r"[(\"']{0,3}(?=[^,.:;!?]*[a-z])[a-zß-öø-ɏ0-9@$'’]{3,}[,.:;!?)\"']*")
_ACCENT = re.compile("[À-ɏ\u0300-\u036fḀ-ỿ]")
_SPACED = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]\s+){4,}[A-Za-z](?![A-Za-z])")
_ORDERING = re.compile(
    r"\b(?:ignore|disregard|forget|override|output|answer|respond|classify|label|mark|treat|must|should|please|you are|"
    r"system|instructions?|prompt|verdict|innocent|tolerate|rongcuo|panding|hulue|shiwu|jielun|shuchu)\b",
    re.IGNORECASE,
)
_FOREIGN_LABEL = re.compile(
    r"\b(?:toleran[a-z]*|tolleran[a-z]*|lenien[a-z]*|unfounded|mistake|innocent|rong ?cuo|shi ?wu|bu ?chengli)\b",
    re.IGNORECASE,
)
_OTHER_SCRIPT = re.compile(
    r"[一-鿿]{0,4}[ぁ-ゖァ-ヺ](?:[一-鿿、ー]{0,6}[ぁ-ゖァ-ヺ])+[一-鿿]{0,6}[。、]?|"
    + "|".join(
        rf"[{script}]{{2,}}[{script}\s.,!?:;،؟।'’-]*"
        for script in (
            "가-힣",
            "Ѐ-ӿ",
            "؀-ۿ",
            "\u0900-\u0dff",
            "฀-\u0fff",
            "\u1000-\u109f",
            "ក-\u17ff",
            "֐-׿",
            "Ͱ-Ͽ",
            "Ա-֏",
            "Ⴀ-ჿ",
        )
    )
)
_LATIN_OR_CODE = re.compile(
    r"[A-Za-zÀ-ɏḀ-ỿ]{2}|[A-Za-z] +[A-Za-z]|[A-Za-z][\u0300-\u036f]|[%&\\]|[01]{8}|[.·-]{2}|(?:[0-9a-f]{2} ){4}"
)
_FOREIGN_LETTER = re.compile("[Ͱ-ӿԱ-׿؀-ۿ\u0900-\u109fႠ-ჿក-\u17ff぀-ヿ가-힣]")
_CODED = re.compile(
    r"(?<![A-Za-z0-9+/%])(?:[A-Za-z0-9+/]{8,}={0,2}|(?:[0-9A-Fa-f]{2}[ :]){5,}[0-9A-Fa-f]{2}|"
    r"(?:%[0-9A-Fa-f]{2}){3,})(?![A-Za-z0-9+/])"
)
_LOOKALIKE = re.compile(
    "[①-⓿！-～\U0001d400-\U0001d7ff]|(?<=[A-Za-z])[аеорсухі]|[аеорсухі](?=[A-Za-z])"
)
_CYRILLIC = dict(zip("аеорсухі", "aeopcyxi", strict=True))


def plain_letters(text: str) -> str:
    """The same text, character by character, with ordinary letters for those that look the same."""
    return _LOOKALIKE.sub(_plain_letter, text)


def foreign(text: str) -> list[tuple[int, int]]:
    """Prose in other languages and scripts, and what is encoded."""
    spans: list[tuple[int, int]] = []
    if _LATIN_OR_CODE.search(text):
        spans += [m.span() for m in _ENCODED.finditer(text)]
        spans += [m.span() for m in _CODED.finditer(text) if _decodes(m.group())]
        spans += [m.span() for m in _SPACED.finditer(text)]
        spans += [m.span() for m in _LATIN.finditer(text) if _is_foreign_prose(m.group())]
    if _FOREIGN_LETTER.search(text):
        spans += [m.span() for m in _OTHER_SCRIPT.finditer(text)]
    return spans


def _plain_letter(match: re.Match[str]) -> str:
    """The ordinary letter for one that looks the same; Chinese punctuation stays."""
    char = match.group()
    if char in "，；：！？（）":
        return char
    plain = _CYRILLIC.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


def _decodes(code: str) -> bool:
    """Whether base64, hex or percent signs stand for words."""
    for read in (_from_hex, _from_base64, unquote):
        try:
            said = read(code)
        except (ValueError, binascii.Error):
            continue
        if said != code and (
            len(HAN.findall(said)) >= 2 or re.fullmatch(r"[A-Za-z ,.:!]{10,}", said)
        ):
            return True
    return False


def _from_hex(code: str) -> str:
    return bytes.fromhex(code.replace(":", " ")).decode("utf-8")


def _from_base64(code: str) -> str:
    return base64.b64decode(code + "=" * (-len(code) % 4), validate=True).decode("utf-8")


def _is_foreign_prose(run: str) -> bool:
    """Sentences, not names of products, places and files."""
    tokens, words = run.split(), _WORD.findall(run)
    if _FOREIGN_LABEL.search(run) or (_ORDERING.search(run) and len(words) >= 2):
        return True
    if len(tokens) < 2:
        return False
    lower = sum(bool(_LOWER.fullmatch(token)) for token in tokens)
    if _ACCENT.search(run) or (lower and re.search(r"[:.!?](?:\s|$)", run)):
        return True
    names = sum(word[0].isupper() for word in words)
    return lower >= 4 or (len(words) >= 4 and names < len(words) * 0.7)
