"""Trees of empty indexes, made as high as those of full ones: what a descent costs decides between plans.

Valid pages of PostgreSQL's B-trees, version 4 (PostgreSQL 12 and newer): each level holds one page, which
leads to the one below; the leaf is empty. The planner looks at the height, and may look for the largest
value: it finds none.
"""

import math
import struct
from collections.abc import Sequence
from pathlib import Path

BLOCK = 8192
HEADER = struct.Struct("<QHHHHHHI")
OPAQUE = struct.Struct("<IIIHH")
META = struct.Struct("<III II")
"""Version, root and its level, the fast root and its level, behind the magic number."""
META_AT = 28
LEAF, ROOT = 1, 2
SPECIAL = BLOCK - OPAQUE.size
PAGE_VERSION = BLOCK | 4
DOWNLINK = struct.Struct("<HHHH")
WITHOUT_KEYS = 0x2000  # of a tuple that stands before every key
POINTER = 4
TUPLE_HEADER = 8
FILL_FACTOR = 0.7
"""How full inner pages are after an index was built."""


def compute_tree_height(pages: int, widths: Sequence[int]) -> int:
    """Return how many levels an index has above its leaves, from its size and the widths of its columns."""
    size = -(-(TUPLE_HEADER + sum(widths)) // 8) * 8 + POINTER
    per_page = FILL_FACTOR * (BLOCK - HEADER.size - OPAQUE.size) / size
    levels, level = 0, pages - 1
    while level > 1:
        level = math.ceil(level / per_page)
        levels += 1
    return levels


def write_empty_tree(path: Path, levels: int) -> None:
    """Give the file of an empty index, which no server has read yet, a tree of so many levels over a leaf."""
    if not levels:
        return
    with path.open("r+b") as file:
        meta = bytearray(file.read(BLOCK))
        root = levels + 1
        version = struct.unpack_from("<I", meta, META_AT)[0]
        META.pack_into(meta, META_AT, version, root, levels, root, levels)
        file.seek(0)
        file.write(meta + b"".join(_build_page(level, levels) for level in range(root)))


def _build_page(level: int, highest: int) -> bytes:
    """Return the only page of a level; that of the leaves is block 1."""
    page = bytearray(BLOCK)
    lower, upper = HEADER.size, SPECIAL
    if level:
        upper -= DOWNLINK.size
        DOWNLINK.pack_into(page, upper, 0, level, 0, WITHOUT_KEYS | DOWNLINK.size)
        struct.pack_into("<I", page, lower, upper | 1 << 15 | DOWNLINK.size << 17)
        lower += POINTER
    HEADER.pack_into(page, 0, 0, 0, 0, lower, upper, SPECIAL, PAGE_VERSION, 0)
    flags = (LEAF if level == 0 else 0) | (ROOT if level == highest else 0)
    OPAQUE.pack_into(page, SPECIAL, 0, 0, level, flags, 0)
    return bytes(page)
