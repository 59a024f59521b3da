"""Search words of names: without case, accents and letters that foreign keyboards lack."""

import re
import unicodedata

LETTER_REPLACEMENTS = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ß": "ss", "œ": "oe", "ı": "i"}
)
WORD_SEPARATOR = re.compile(r"[^\w]+|_+")
MAX_WORD_LENGTH = 120
"""Stored letters of a word: a sign of a name may be spelled out in several letters."""

LAST_LETTER = "\U0010ffff"
"""The last letter in order."""


def split_words(text: str) -> list[str]:
    """Return the words of a name or of a search text, each once, in order."""
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(LETTER_REPLACEMENTS)
    )
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:MAX_WORD_LENGTH] for word in WORD_SEPARATOR.split(plain) if word))


def build_prefix_ranges(text: str) -> list[tuple[str, str]]:
    """Return the ranges of words that begin with each word of a text; the longest, so rarest, first."""
    typed_words = sorted(split_words(text), key=len, reverse=True)
    rarest = [
        word for i, word in enumerate(typed_words) if not any(longer.startswith(word) for longer in typed_words[:i])
    ]
    return [(word, word + LAST_LETTER) for word in rarest]
