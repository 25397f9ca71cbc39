"""Every text can be read: contrast of every text colour on every ground, in light and in dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

import eyelevel

CSS = Path(eyelevel.__path__[0]) / "static" / "css"
TOKEN = re.compile(
    r"--([\w-]+): light-dark\(oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\), oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)\)"
)
TEXTS = ["ink", "ink-2", "ink-3", "link", "good", "warn", "bad", "alarm"]
GROUNDS = ["canvas", "surface", "sunken", "note", "inner"]


def colours():
    found = TOKEN.findall((CSS / "tokens.css").read_text())
    return {
        name: (tuple(map(float, light)), tuple(map(float, dark)))
        for name, *rest in found
        for light, dark in [(rest[:3], rest[3:])]
    }


def luminance(colour):
    """Relative luminance of an OKLCH colour, by the matrices of the OKLab note (Ottosson, 2020)."""
    lightness, chroma, hue = colour[0] / 100, colour[1], math.radians(colour[2])
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1.0, max(0.0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_ground(text, ground, scheme):
    known = colours()
    assert contrast(known[text][scheme], known[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_first_button_can_be_read(scheme):
    known = colours()
    assert contrast(known["on-link"][scheme], known["link"][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["canvas", "surface", "note"])
def test_the_edge_of_a_field_can_be_seen(ground, scheme):
    known = colours()
    assert contrast(known["edge"][scheme], known[ground][scheme]) >= 3.0


def test_no_page_names_another_server():
    root = Path(eyelevel.__path__[0])
    files = [*root.rglob("*.html"), *root.rglob("*.css"), *root.rglob("*.js")]
    assert len(files) > 30
    foreign = [
        str(path)
        for path in files
        if re.search(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//", path.read_text())
    ]
    assert foreign == []


def test_no_page_has_inline_styles_scripts_or_handlers():
    root = Path(eyelevel.__path__[0])
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)
    assert [str(path) for path in root.rglob("*.html") if inline.search(path.read_text())] == []
