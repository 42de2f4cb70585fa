"""How every figure is built: compute, round, write, read again, draw, save; then the gallery of all of them.

A figure's script has `compute() -> DataFrame` and `draw(table) -> Figure`; its docstring is title and caption, and a
last paragraph that begins with "Alt:" the description for those who cannot see it. The chart is drawn from the table
as it was written, rounded to six significant digits, so that picture and CSV twin cannot differ.
"""

import hashlib
import inspect
import json
import platform
import re
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import pandas as pd

from discourse.plots.style import style

HERE = Path(__file__).parent
DIGITS = 6


def build(name: str) -> None:
    """Build the figure whose script is the module `name`: SVG, PNG, CSV twin and caption."""
    module = sys.modules[name]
    stem = Path(module.__file__).stem
    table = reread(module.compute(), HERE / f"{stem}.csv")
    with style(), mpl.rc_context({"svg.hashsalt": stem}), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        figure = module.draw(table)
        figure.savefig(HERE / f"{stem}.svg", metadata={"Date": None})
        figure.savefig(HERE / f"{stem}.png", dpi=200, metadata={"Software": None})
    write_json(HERE / "captions" / f"{stem}.json", caption(module))


def reread(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Write a table with six significant digits and read it again."""
    table.to_csv(path, index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    return pd.read_csv(path, keep_default_na=False, na_values=[""])


def caption(module: ModuleType) -> dict[str, str]:
    """Title, caption and description from the script's docstring."""
    title, *paragraphs = inspect.cleandoc(module.__doc__).split("\n\n")
    text = [" ".join(paragraph.split()) for paragraph in paragraphs]
    alt = [one.removeprefix("Alt: ") for one in text if one.startswith("Alt: ")]
    return {
        "title": " ".join(title.split()),
        "caption": " ".join(one for one in text if not one.startswith("Alt: ")),
        "alt": " ".join(alt),
    }


def write_json(path: Path, content: object) -> None:
    """Write JSON the same way every time."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def gallery() -> None:
    """Write README.md with every figure and its caption, and MANIFEST.json with the hashes of what made it."""
    lines = [
        "# Figures",
        "",
        "Made by `make` from `datasets/`; each has its numbers in a CSV file of the same name.",
        "",
    ]
    manifest = {"versions": versions(), "data": hashes(HERE.parent / "datasets", "*.parquet", "*.csv", "*.json")}
    for script in sorted(HERE.glob("fig[0-9]*.py")):
        about = json.loads((HERE / "captions" / f"{script.stem}.json").read_text(encoding="utf-8"))
        lines += [f"## {about['title']}", "", f"![{about['alt']}]({script.stem}.svg)", "", about["caption"], ""]
        lines += [f"Script `{script.name}`, table `{script.stem}.csv`.", ""]
        manifest[script.stem] = hashes(HERE, f"{script.stem}.*")
    (HERE / "README.md").write_text("\n".join(lines), encoding="utf-8")
    write_json(HERE / "MANIFEST.json", manifest)


def fill(page: Path) -> None:
    """Put shipped tables where a page names them, between ``<!-- datasets/NAME.csv -->`` and ``<!-- end -->``."""
    root = HERE.parent

    def table(block: re.Match) -> str:
        rows = pd.read_csv(root / block["path"], dtype=str, keep_default_na=False)
        lines = [list(rows), ["---"] * rows.shape[1], *rows.to_numpy().tolist()]
        body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        return f"<!-- {block['path']} -->\n{body}\n<!-- end -->"

    text = page.read_text(encoding="utf-8")
    pattern = r"<!-- (?P<path>datasets/\S+\.csv) -->\n.*?<!-- end -->"
    page.write_text(re.sub(pattern, table, text, flags=re.DOTALL), encoding="utf-8")


def hashes(folder: Path, *patterns: str) -> dict[str, str]:
    """File names and hashes, in order of name."""
    return {path.name: digest(path) for path in sorted(one for pattern in patterns for one in folder.glob(pattern))}


def versions() -> dict[str, str]:
    """The versions that the bytes of a figure depend on."""
    libraries = ("matplotlib", "numpy", "pandas", "scipy")
    return {"python": ".".join(platform.python_version_tuple()[:2])} | {name: version(name) for name in libraries}


if __name__ == "__main__":
    gallery()
    fill(HERE.parent / "README.md")
