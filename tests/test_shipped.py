import pandas as pd
import pytest

import discourse
from discourse import shipped
from discourse.documents import check_documents
from discourse.errors import InputError
from discourse.segment import sentences, word_counts


def test_the_example_is_sixty_statements_of_three_states():
    documents = discourse.load_example()
    pd.testing.assert_frame_equal(documents, check_documents(documents))
    assert documents.groupby("actor").size().to_dict() == {"Averland": 20, "Brennia": 20, "Coralia": 20}
    assert set(documents["venue"]) == {"un_general_debate", "statement", "press_briefing"}
    assert set(documents["date"].dt.year) == set(range(2018, 2024))
    assert set(documents["date_precision"]) == {"day"}
    assert word_counts(documents["text"]).min() >= 40
    assert word_counts(documents["text"]).max() <= 120
    assert (documents["text"].map(sentences).map(len) >= 3).all()


def test_each_state_speaks_at_each_general_debate():
    documents = discourse.load_example()
    debates = documents[documents["venue"] == "un_general_debate"]
    assert debates.groupby(["actor", debates["date"].dt.year]).size().tolist() == [1] * 18


def test_the_example_is_a_new_table_at_each_call():
    documents = discourse.load_example()
    documents["text"] = ""
    assert (discourse.load_example()["text"] != "").all()


@pytest.fixture
def package(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "discourse")
    (tmp_path / "discourse").mkdir()
    return tmp_path


def write_tables(folder):
    (folder / "gold").mkdir(parents=True)
    pd.DataFrame({"actor": ["Averland"], "k": [3]}).to_parquet(folder / "rates.parquet")
    pd.DataFrame({"code": ["denial"]}).to_csv(folder / "gold" / "labels.csv", index=False)
    (folder / "README.md").write_text("about", encoding="utf-8")


@pytest.mark.parametrize("installed", [True, False])
def test_tables_are_found_in_a_wheel_and_in_a_source_tree(package, installed):
    write_tables(package / "discourse" / "datasets" if installed else package / "datasets")
    if not installed:
        (package / "pyproject.toml").touch()
    assert discourse.load_dataset("rates").to_dict("list") == {"actor": ["Averland"], "k": [3]}
    assert discourse.load_dataset("gold/labels").to_dict("list") == {"code": ["denial"]}


def test_another_package_named_datasets_is_not_read(package):
    write_tables(package / "datasets")
    with pytest.raises(InputError, match="legal: none, no table has been built yet"):
        discourse.load_dataset("rates")


@pytest.mark.parametrize("name", ["rate", "README", "gold", "../rates", "", None, 3, ["rates"]])
def test_an_unknown_name_lists_the_legal_ones(package, name):
    write_tables(package / "discourse" / "datasets")
    with pytest.raises(InputError) as caught:
        discourse.load_dataset(name)
    assert str(caught.value) == f"name is {name!r}; legal: gold/labels, rates"


def test_a_table_in_place_of_a_name_gets_advice(package):
    write_tables(package / "discourse" / "datasets")
    with pytest.raises(
        InputError, match="name is a DataFrame: .* read_documents takes a table of your own; legal: gold"
    ):
        discourse.load_dataset(pd.DataFrame({"doc_id": ["a"]}))
