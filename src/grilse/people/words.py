"""Words by which persons are found: without case, accents and the letters that keyboards abroad lack."""

import re
import unicodedata

LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ß": "ss", "œ": "oe", "ı": "i"}
)
BETWEEN = re.compile(r"[^\w]+|_+")
LONGEST = 120
"""Letters of a word that are kept: a name's signs may be spelled out in more letters than it has."""

LAST = "\U0010ffff"
"""The letter that comes after all others."""


def words(text: str) -> list[str]:
    """Return the words of a name or of what is searched for, each once, in order."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(LETTERS))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST] for word in BETWEEN.split(plain) if word))


def beginnings(text: str) -> list[tuple[str, str]]:
    """Return between what the words of names lie that are searched for; the longest, so rarest, first."""
    typed = sorted(words(text), key=len, reverse=True)
    rarest = [word for i, word in enumerate(typed) if not any(one.startswith(word) for one in typed[:i])]
    return [(word, word + LAST) for word in rarest]
