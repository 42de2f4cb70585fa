"""Every figure has what a reader and a reviewer need: caption, description, twin table, picture, a short script."""

import ast
import inspect
import json
from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parent.parent / "figures"
SCRIPTS = sorted(FOLDER.glob("fig[0-9]*.py"))


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def script(request):
    return request.param


def test_there_are_figures():
    assert SCRIPTS


def test_the_script_is_short_and_computes_before_it_draws(script):
    text = script.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 80
    functions = {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    assert {"compute", "draw"} <= functions


def test_the_caption_states_estimand_interval_and_data(script):
    caption = json.loads((FOLDER / "captions" / f"{script.stem}.json").read_text(encoding="utf-8"))
    docstring = inspect.cleandoc(ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))))
    assert caption["title"] == " ".join(docstring.split("\n\n")[0].split())
    assert caption["alt"]
    for word in ("per 10,000 words", "95 % interval", "Data: ", "provisional"):
        assert word in caption["caption"], word


def test_the_picture_stands_beside_its_table(script):
    assert script.with_suffix(".png").is_file()
    table = pd.read_csv(script.with_suffix(".csv"))
    assert {"rate", "low", "high", "n_documents"} <= set(table.columns)
    shown = table.dropna(subset=["low", "high"])
    assert (shown["low"] <= shown["rate"]).all()
    assert (shown["rate"] <= shown["high"]).all()


def test_the_picture_depends_on_no_clock_and_keeps_its_text(script):
    svg = script.with_suffix(".svg").read_text(encoding="utf-8")
    assert "<dc:date>" not in svg
    assert "<text" in svg


def test_the_gallery_shows_every_figure(script):
    assert f"]({script.stem}.svg)" in (FOLDER / "README.md").read_text(encoding="utf-8")
