"""What the project ships: measured tables, and sixty invented statements to try things on.

Measured tables lie in `datasets/`, beside the package in a source tree and inside it in an installed wheel.
"""

from pathlib import Path

import pandas as pd

from discourse.documents import read_documents
from discourse.errors import InputError

__all__ = ["load_dataset", "load_example"]

_PACKAGE = Path(__file__).parent
_READERS = {".csv": pd.read_csv, ".parquet": pd.read_parquet}


def load_example() -> pd.DataFrame:
    """Load sixty statements by three invented states in dispute.

    Averland is said to have sold arms to rebels and holds an island; Brennia accuses it; Coralia wants its island back.
    The statements were written for this project, 2018 to 2023, and use every code of the codebooks.

    Returns
    -------
    pandas.DataFrame
        A documents table: `doc_id`, `actor`, `date`, `venue`, `speaker`, `title`, `text`, `source`, `language`,
        `licence`, `date_precision`.

    Examples
    --------
    >>> documents = load_example()
    >>> documents.groupby("actor").size().to_dict()
    {'Averland': 20, 'Brennia': 20, 'Coralia': 20}
    """
    return read_documents(_PACKAGE / "example" / "statements.csv")


def load_dataset(name: str) -> pd.DataFrame:
    """Load a table that the project ships.

    Parameters
    ----------
    name : str
        The table's file name in `datasets/` without its ending, with its folder where it has one ("gold/labels").

    Returns
    -------
    pandas.DataFrame
        The table; `datasets/README.md` describes the columns of each.

    Raises
    ------
    InputError
        If there is no such table, with the names of those there are, or if `name` is no name.

    Examples
    --------
    >>> load_dataset("no such table")
    Traceback (most recent call last):
    discourse.errors.InputError: name is 'no such table'; legal: ...
    """
    tables = _tables()
    legal = ", ".join(tables) or "none, no table has been built yet"
    if isinstance(name, pd.DataFrame):
        raise InputError(
            f"name is a DataFrame: load_dataset takes the name of a shipped table, read_documents takes a table of your"
            f" own; legal: {legal}"
        )
    if not isinstance(name, str) or name not in tables:
        raise InputError(f"name is {name!r}; legal: {legal}")
    return _READERS[tables[name].suffix](tables[name])


def _tables() -> dict[str, Path]:
    """Return the path of each shipped table by its name, in the order of names."""
    root = _PACKAGE / "datasets"
    if not root.is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file():
        root = _PACKAGE.parent / "datasets"
    files = sorted(path for path in root.rglob("*") if path.suffix in _READERS)
    return {path.relative_to(root).with_suffix("").as_posix(): path for path in files}
