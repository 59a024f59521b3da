"""Words by which persons are found: without case, accents and the letters that keyboards abroad lack."""

import re
import unicodedata

LETTERS = str.maketrans(
    {"æ": "ae", "ø": "o", "ð": "d", "þ": "th", "ł": "l", "đ": "d", "ß": "ss", "œ": "oe", "ı": "i"}
)
BETWEEN = re.compile(r"[^\w]+|_+")


def words(text: str) -> list[str]:
    """Return the words of a name or of what is searched for, each once, in order."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(LETTERS))
    plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return list(dict.fromkeys(word for word in BETWEEN.split(plain) if word))
