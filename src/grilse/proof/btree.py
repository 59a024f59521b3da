"""Empty B-trees of a given height: the planner's cost of a descent depends on the height of an index.

Valid pages of PostgreSQL's B-trees, version 4 (PostgreSQL 12 and newer): each level has one page, which
points to the page below; the leaf is empty. The planner reads the height, and may search the largest
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
"""Version, root and its level, fast root and its level, after the magic number."""
META_AT = 28
LEAF, ROOT = 1, 2
SPECIAL = BLOCK - OPAQUE.size
PAGE_VERSION = BLOCK | 4
DOWNLINK = struct.Struct("<HHHH")
WITHOUT_KEYS = 0x2000  # a tuple without keys sorts before every key
POINTER = 4
TUPLE_HEADER = 8
FILL_FACTOR = 0.7
"""Fill factor of inner pages after an index build."""


def compute_tree_height(pages: int, widths: Sequence[int]) -> int:
    """Return the number of levels above the leaves, from the size of an index and the widths of its columns."""
    size = -(-(TUPLE_HEADER + sum(widths)) // 8) * 8 + POINTER
    per_page = FILL_FACTOR * (BLOCK - HEADER.size - OPAQUE.size) / size
    levels, level = 0, pages - 1
    while level > 1:
        level = math.ceil(level / per_page)
        levels += 1
    return levels


def write_empty_tree(path: Path, levels: int) -> None:
    """Write a tree of so many levels above a leaf into the file of an empty index that no server has read yet."""
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
    """Return the page of a level; the leaf is block 1."""
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
