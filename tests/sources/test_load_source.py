import dataclasses

import pandas as pd
import pytest

from discourse.errors import InputError
from discourse.sources import SOURCES, inclusion_ledger, load_source


def test_every_source_says_where_it_is_and_how_it_is_cited():
    for name, source in SOURCES.items():
        assert source.name == name
        assert all(getattr(source, field.name) for field in dataclasses.fields(source))
        assert source.location.startswith(("doi:", "github.com/"))
        with pytest.raises(dataclasses.FrozenInstanceError):
            source.name = "other"


def test_missing_file_is_told_for_every_source(tmp_path):
    for name, source in SOURCES.items():
        with pytest.raises(InputError) as caught:
            load_source(name, data_home=tmp_path)
        assert str(tmp_path) in str(caught.value)
        assert source.location in str(caught.value)
        assert all(pattern in str(caught.value) for pattern in source.files)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "pravda"}, "the name of a source is 'pravda'; legal: un_general_debate, kcna, kremlin"),
        ({"name": "kcna", "actors": "PRK"}, r"actors is 'PRK'; legal: a list of names, such as \['PRK'\]"),
        ({"name": "kcna", "years": 2024}, r"years is 2024; legal: a pair \(first, last\)"),
        ({"name": "kcna", "years": (2024, 2023)}, r"years is \(2024, 2023\); legal: a pair \(first, last\)"),
        ({"name": "kcna", "years": ("2024", "2024")}, r"years is .* legal: a pair \(first, last\) of whole numbers"),
    ],
)
def test_arguments_that_cannot_be(tmp_path, arguments, message):
    with pytest.raises(InputError, match=message):
        load_source(**arguments, data_home=tmp_path)


def test_attributes_are_plain_values(publish):
    home = publish("UNGDC", {"TXT/Session 72 - 2017/USA_72_2017.txt": b"We object."})
    documents = load_source("un_general_debate", actors=["USA"], years=(2017, 2017), data_home=home)
    assert documents.attrs["actors"] == ["USA"]
    assert documents.attrs["years"] == [2017, 2017]
    assert documents.attrs["file"] == "UNGDC"
    assert "Jankin" in documents.attrs["citation"]
    assert list(inclusion_ledger(documents).columns) == ["source", "item", "reason", "n"]


def test_ledger_of_other_tables_is_empty():
    assert inclusion_ledger(pd.DataFrame({"doc_id": ["a"]})).empty
