"""Words by which persons are found: without case, accents and the letters that keyboards abroad lack."""

import re
import unicodedata

LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ß": "ss", "œ": "oe", "ı": "i"}
)
BETWEEN = re.compile(r"[^\w]+|_+")
LONGEST = 120
"""Letters of a word that are kept: a name's signs may be spelled out in more letters than it has."""


def words(text: str) -> list[str]:
    """Return the words of a name or of what is searched for, each once, in order."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold().translate(LETTERS))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST] for word in BETWEEN.split(plain) if word))
