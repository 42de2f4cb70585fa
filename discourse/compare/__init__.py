"""From spans and counts to estimates: rates, contrasts, concordance lines, features for scikit-learn."""

import importlib

_HOMES = {
    "rates": "rates",
    "contrast": "contrast",
    "kwic": "concordance",
    "SovereigntyFraming": "transformers",
    "RumourLanguage": "transformers",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'discourse.compare' has no attribute {name!r}")
    return getattr(importlib.import_module(f"discourse.compare.{_HOMES[name]}"), name)
