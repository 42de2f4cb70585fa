"""Read YAML against a schema, so that a mistake is named with its file, line and column."""

from pathlib import Path

import yaml

from discourse.errors import InputError

__all__ = ["read_yaml"]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, schema: object) -> dict:
    """Read a YAML file and check its keys and kinds of value.

    Parameters
    ----------
    path : Path
        The file, UTF-8.
    schema : object
        A dict of legal keys to schemas (a key that ends in ``!`` is required, the key ``*`` stands for any
        name), a one-element list for a list of such things, a tuple of schemas for alternatives, a set of
        strings for the legal values, or ``str``, ``bool``, ``int`` for a plain value.

    Returns
    -------
    dict
        The content.

    Raises
    ------
    InputError
        If the file cannot be read, is no YAML, holds a key twice, or does not follow the schema.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InputError(f"{path}{place}: is no YAML ({getattr(error, 'problem', error)})") from None
    if node is None:
        raise InputError(f"{path}: is empty; legal: {_legal(schema)}")
    return _value(node, schema, path)


def _legal(schema: object) -> str:
    if isinstance(schema, dict):
        return "a mapping with " + ", ".join(key.rstrip("!") if key != "*" else "any name" for key in schema)
    if isinstance(schema, list):
        return "a list"
    if isinstance(schema, tuple):
        return " or ".join(map(_legal, schema))
    if isinstance(schema, set):
        return ", ".join(sorted(schema))
    return {str: "text", bool: "true or false", int: "a whole number"}[schema]


def _refuse(node: yaml.Node, path: Path, what: str) -> InputError:
    mark = node.start_mark
    return InputError(f"{path}, line {mark.line + 1}, column {mark.column + 1}: {what}")


def _value(node: yaml.Node, schema: object, path: Path) -> object:
    if isinstance(schema, tuple):
        schema = next((one for one in schema if _fits(node, one)), schema[0])
    if not _fits(node, schema):
        raise _refuse(node, path, f"found {_found(node)}; legal: {_legal(schema)}")
    if isinstance(schema, dict):
        return _mapping(node, schema, path)
    if isinstance(schema, list):
        return [_value(item, schema[0], path) for item in node.value]
    if schema is bool:
        return node.value.lower() in ("true", "yes", "on")
    return int(node.value) if schema is int else node.value


def _found(node: yaml.Node) -> str:
    return repr(node.value) if isinstance(node, yaml.ScalarNode) else f"a {node.id}"


def _fits(node: yaml.Node, schema: object) -> bool:
    if isinstance(schema, dict):
        return isinstance(node, yaml.MappingNode)
    if isinstance(schema, list):
        return isinstance(node, yaml.SequenceNode)
    if not isinstance(node, yaml.ScalarNode):
        return False
    if isinstance(schema, set):
        return node.value in schema
    return schema is str or node.tag.endswith(schema.__name__)


def _mapping(node: yaml.MappingNode, schema: dict, path: Path) -> dict:
    legal = {key.rstrip("!"): value for key, value in schema.items()}
    found = {}
    for key, value in node.value:
        name = key.value
        if name in found:
            raise _refuse(key, path, f"the key {name!r} stands here twice; legal: once")
        if name not in legal and "*" not in legal:
            raise _refuse(key, path, f"unknown key {name!r}; legal: {', '.join(legal)}")
        found[name] = _value(value, legal.get(name, legal.get("*")), path)
    for key in schema:
        if key.endswith("!") and key[:-1] not in found:
            raise _refuse(node, path, f"the key {key[:-1]!r} is missing; legal: {_legal(schema)}")
    return found
