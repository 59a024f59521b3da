"""The colours of the pages: readable on their grounds, and told apart by people who see fewer colours."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import grilse.web

TOKENS = (Path(grilse.web.__file__).parent / "static" / "grilse" / "tokens.css").read_text()
TEXT_CONTRAST, GRAPHIC_CONTRAST = 4.5, 3.0
TEXTS = ("ink", "faint", "wrong", "actual", "plan", "water", "ahead")
GROUNDS = ("paper", "ground", "hover")
GRAPHICS = ("edge", "mark", "focus", "sample", "dead", "limit", "known")
LEAST_DIFFERENCE = 10
"""Distance in CIELAB from which lines of a chart are told apart."""
LEAST_STEP = 7
"""Difference of lightness (L* of CIELAB) between neighbours of a scale."""
# Machado, Oliveira and Fernandes (2009), doi:10.1109/TVCG.2009.113, severity 1, in linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# Lines that are drawn in one panel.
PANELS = [("actual", "plan"), ("actual", "known"), ("plan", "ahead"), ("actual", "ahead"), ("plan", "known")]


def read_palette(scheme):
    light, _, dark = TOKENS.partition("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return colours if scheme == "light" else colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((float(linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb.clip(0, 1)
    x, y, z = np.cbrt(xyz / (0.9505, 1, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("names", "least"), [(TEXTS, TEXT_CONTRAST), (GRAPHICS, GRAPHIC_CONTRAST)])
def test_texts_and_graphics_contrast_with_every_ground(scheme, names, least):
    palette = read_palette(scheme)
    weak = [
        (name, ground, round(ratio, 2))
        for name in names
        for ground in GROUNDS
        if (ratio := contrast(palette[name], palette[ground])) < least
    ]
    assert weak == []


LEVELS = [f"level-{number}" for number in range(6)]
LEVEL_TEXTS = ["on-low-level"] * 3 + ["on-middle-level"] + ["on-high-level"] * 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_are_readable_on_each_level_of_the_scale(scheme):
    palette = read_palette(scheme)
    ratios = [contrast(palette[text], palette[level]) for text, level in zip(LEVEL_TEXTS, LEVELS, strict=True)]
    assert min(ratios) >= TEXT_CONTRAST, ratios


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_levels_of_the_scale_follow_each_other_in_lightness_for_everybody(scheme, deficiency):
    palette, seen = read_palette(scheme), DEFICIENCIES[deficiency]
    lightness = [float(lab(seen @ linear(palette[level]))[0]) for level in LEVELS]
    steps = np.diff(lightness) * (1 if scheme == "dark" else -1)
    assert steps.min() >= LEAST_STEP, lightness


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_lines_of_a_panel_differ_for_everybody(scheme, deficiency):
    palette, seen = read_palette(scheme), DEFICIENCIES[deficiency]
    close = [
        (one, other, round(distance, 1))
        for one, other in PANELS
        if (distance := float(np.linalg.norm(lab(seen @ linear(palette[one])) - lab(seen @ linear(palette[other])))))
        < LEAST_DIFFERENCE
    ]
    assert close == []


def test_the_light_and_the_dark_palette_have_the_same_colours():
    light, _, dark = TOKENS.partition("@media (prefers-color-scheme: dark)")
    names = [set(re.findall(r"--([\w-]+): (?:#|rgba)", part)) for part in (light, dark)]
    assert [one - other for one, other in combinations(names, 2)] == [set()]
    assert names[0] == names[1]
