import pandas as pd
import pytest

from discourse.compare.speakers import unify_speakers
from discourse.errors import InputError


def unify(names, years=None, actor="AVR", **more):
    documents = pd.DataFrame({"actor": actor, "speaker": names})
    if years is not None:
        documents["date"] = pd.to_datetime(pd.Series(years), format="%Y")
    return unify_speakers(documents, **more).tolist()


@pytest.mark.parametrize(
    "names",
    [
        ["Mr. Jan Novak", "Jan NOVAK", "JAN NOVAK"],
        ["Jan Novák", "Jan Novak,", "Jan Novak"],
        ["Jan P. Novak", "Jan Novak", "J. Jan Novak"],
        ["Song Kim", "Kim Song", "Mr. KIM Song"],
        ["Sergey Orlov", "Sergei Orlov", "Mr. ORLOV"],
        ["Choe Su Hon", "Choi Su Hon", "Mr. Choe Su HON"],
        ["Bill Marsh", "William J. Marsh", "William Jefferson Marsh"],
        ["Joe Harlan", "Joseph R. Harlan, Jr", "Mr. Joseph Harlan"],
        ["Anna-Maria Lind", "Anna Maria Lind", "H. E. Anna Maria LIND"],
        ["Jan Novak", "NOVAK", "Mr. Novak"],
        ["GROMOV", "Mir. GROMOV", "Mr. Gromov; Mr. GROMOV"],
        ["King Harald III", "Harald III", "His Majesty King HARALD III"],
    ],
)
def test_one_person(names):
    assert len(set(unify(names))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ["Jan Novak", "Petr Novak"],
        ["Ri Su Yong", "Ri Yong Ho"],
        ["Pak Kil Yon", "Pak Ui Chun", "Paek Nam Sun"],
        ["Rusk", "Rask"],
        ["Mr. George Bush", "George W. Bush"],
        ["Alec Home", "Home-Douglas Lee"],
    ],
)
def test_different_persons(names):
    assert len(set(unify(names))) == len(names)


def test_a_surname_is_that_of_the_person_nearest_in_time():
    names = ["Mr. Bush", "George BUSH", "Mr. George W Bush", "George W. Bush", "BUSH"]
    assert unify(names, ["1989", "1990", "2001", "2002", "2008"]) == [
        "George Bush",
        "George Bush",
        "George W. Bush",
        "George W. Bush",
        "George W. Bush",
    ]


def test_a_surname_far_from_its_namesakes_is_another_person():
    assert unify(["Mr KIM", "Kim Song", "KIM"], ["1992", "2019", "2021"]) == ["Kim", "Kim Song", "Kim Song"]


def test_without_dates_a_surname_needs_a_single_bearer():
    assert unify(["Novak", "Jan Novak"]) == ["Jan Novak", "Jan Novak"]
    assert unify(["Novak", "Jan Novak", "Petr Novak"]) == ["Novak", "Jan Novak", "Petr Novak"]


def test_names_are_told_apart_within_an_actor_only():
    documents = pd.DataFrame({"actor": ["AVR", "BEL"], "speaker": ["Novak", "Jan Novak"]})
    assert unify_speakers(documents).tolist() == ["Novak", "Jan Novak"]


def test_the_most_frequent_spelling_is_shown_and_missing_stays_missing():
    documents = pd.DataFrame({"actor": "AVR", "speaker": ["Sergei Orlov", None, "Mr. Sergey V. ORLOV", "Sergey Orlov"]})
    documents.index = [7, 5, 3, 1]
    before = documents.copy()
    named = unify_speakers(documents)
    assert named.dropna().to_dict() == {7: "Sergey Orlov", 3: "Sergey Orlov", 1: "Sergey Orlov"}
    assert named.index.tolist() == [7, 5, 3, 1]
    pd.testing.assert_frame_equal(documents, before)


def test_aliases_mend_what_the_rules_get_wrong():
    names = ["John Stone", "John Q. Stone"]
    assert len(set(unify(names))) == 1
    assert unify(names, aliases={"John Stone": "John Stone the Elder"}) == ["John Stone the Elder", "John Stone"]


def test_order_of_rows_does_not_matter():
    names = ["Novak", "Jan Novák", "NOVAK Jan", "Bill Marsh", "Marsh", "William T. Marsh"]
    years = ["2001", "2002", "2003", "2004", "2005", "2006"]
    forth = dict(zip(names, unify(names, years), strict=True))
    back = dict(zip(names[::-1], unify(names[::-1], years[::-1]), strict=True))
    assert forth == back


def test_missing_column_is_named():
    with pytest.raises(InputError, match="column 'speaker' is missing"):
        unify_speakers(pd.DataFrame({"actor": ["AVR"]}))
