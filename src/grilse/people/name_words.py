"""Words by which persons are found: without case, accents and the letters that keyboards abroad lack."""

import re
import unicodedata

LETTER_REPLACEMENTS = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ß": "ss", "œ": "oe", "ı": "i"}
)
WORD_SEPARATOR = re.compile(r"[^\w]+|_+")
MAX_WORD_LENGTH = 120
"""Letters of a word that are kept: a name's signs may be spelled out in more letters than it has."""

LAST_LETTER = "\U0010ffff"
"""The letter that comes after all others."""


def split_words(text: str) -> list[str]:
    """Return the words of a name or of what is searched for, each once, in order."""
    decomposed = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(LETTER_REPLACEMENTS)
    )
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:MAX_WORD_LENGTH] for word in WORD_SEPARATOR.split(plain) if word))


def build_prefix_ranges(text: str) -> list[tuple[str, str]]:
    """Return between what the words of names lie that are searched for; the longest, so rarest, first."""
    typed_words = sorted(split_words(text), key=len, reverse=True)
    rarest = [
        word for i, word in enumerate(typed_words) if not any(longer.startswith(word) for longer in typed_words[:i])
    ]
    return [(word, word + LAST_LETTER) for word in rarest]
