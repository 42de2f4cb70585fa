"""The palette is measured: colours must stay apart for the colour-blind and in grey."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from discourse.plots.style import ACTORS, colour_of, ink_of, marker_of, name_of, style

TRIO = ("PRK", "RUS", "USA")
# Machado, Oliveira & Fernandes 2009, IEEE TVCG 15(6), severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour):
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB, white D65."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colours_stay_apart_for_the_colour_blind(deficiency):
    seen = {actor: lab(np.array(DEFICIENCIES[deficiency]) @ linear(colour_of(actor))) for actor in TRIO}
    assert min(np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(TRIO, 2)) >= 30


def test_colours_stay_apart_in_grey():
    lightness = [lab(linear(colour_of(actor)))[0] for actor in TRIO]
    assert min(abs(a - b) for a, b in combinations(lightness, 2)) >= 15


def test_text_has_contrast_on_white():
    for actor in TRIO:
        luminance = TO_XYZ[1] @ linear(ink_of(actor))
        assert 1.05 / (luminance + 0.05) >= 4.5, actor


def test_colour_never_stands_alone():
    assert len({marker_of(actor) for actor in ACTORS}) == len(ACTORS)


def test_unknown_actors_keep_their_name_and_a_steady_grey():
    assert name_of("Averland") == "Averland"
    assert colour_of("Averland") == colour_of("Averland")
    r, g, b = to_rgb(colour_of("Averland"))
    assert r == g == b


def test_the_style_ends_with_its_block():
    before = mpl.rcParams["font.size"]
    with style():
        assert mpl.rcParams["font.size"] == 7.5
    assert mpl.rcParams["font.size"] == before
