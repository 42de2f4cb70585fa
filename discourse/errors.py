"""The one error a user meets: what is wrong, where (file, row, column), and what is legal, in one sentence."""

from collections.abc import Iterable

__all__ = ["InputError", "one_of"]


class InputError(ValueError):
    """Input that cannot be used; its text is one sentence meant for the user.

    Examples
    --------
    >>> raise InputError("statements.csv: column 'text' is missing; legal: doc_id, actor, text")
    Traceback (most recent call last):
    discourse.errors.InputError: statements.csv: column 'text' is missing; legal: doc_id, actor, text
    """


def one_of(value: object, legal: Iterable[object], what: str) -> None:
    """Refuse `value` unless it is among `legal`.

    Parameters
    ----------
    value : object
        What was given.
    legal : iterable of object
        What may be given; every member is listed in the message.
    what : str
        The parameter or place, as the user knows it.

    Raises
    ------
    InputError
        If `value` is not among `legal`.

    Examples
    --------
    >>> one_of("dsl", ["dsl", "ppi"], "method")
    """
    legal = list(legal)
    if value not in legal:
        raise InputError(f"{what} is {value!r}; legal: {', '.join(map(str, legal))}")
