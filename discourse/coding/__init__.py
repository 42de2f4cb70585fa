"""From documents to spans: cues are found in one pass, then read in context."""

import importlib

_HOMES = {"code": "coder", "load_codebook": "codebook"}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'discourse.coding' has no attribute {name!r}")
    return getattr(importlib.import_module(f"discourse.coding.{_HOMES[name]}"), name)
