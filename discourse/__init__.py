"""discourse: how states frame sovereignty and handle contested claims.

Everything is a table, and each step is a function from table to table::

    sources -> documents -> spans -> estimates -> figures, paper, report

The names below are the whole vocabulary, grouped by what they are for; each is loaded when first used.
"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    # documents: one row per statement
    "read_documents": "documents",
    "load_source": "sources",
    "load_dataset": "shipped",
    "load_example": "shipped",
    # clean text and doubtful text
    "lint": "normalise",
    # spans: who does what with words
    "code": "coding",
    "kwic": "compare",
    # rates and contrasts, by actor or any other column
    "rates": "compare",
    "contrast": "compare",
    # scikit-learn
    "SovereigntyFraming": "compare",
    "RumourLanguage": "compare",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'discourse' has no attribute {name!r}")
    return getattr(importlib.import_module(f"discourse.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
