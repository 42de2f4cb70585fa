import pytest

from discourse.coding.actors import load_actors


@pytest.fixture(scope="module")
def actors():
    return load_actors()


@pytest.mark.parametrize(
    ("actor", "date", "text", "is_ally"),
    [
        ("PRK", "2024-10-01", "russia", True),
        ("PRK", "2010-10-01", "russia", False),
        ("RUS", "2024-06-19", "the dprk", True),
        ("RUS", "2024-06-18", "the dprk", False),
        ("PRK", "1980", "the soviet union", True),
        ("PRK", "1992", "the soviet union", False),
        ("USA", "1985-01-01", "the republic of korea", True),
    ],
)
def test_alliances_have_dates(actors, actor, date, text, is_ally):
    allies = actors.parties(actor, date).allies
    assert any(named in allies for _, _, named in actors.mentions(text)) == is_ally


def test_leaders_count_while_in_office(actors):
    assert actors.parties("USA", "2018-09-25").self_words.search("president trump")
    assert not actors.parties("USA", "2010-09-25").self_words.search("trump")


def test_first_person_is_everyones(actors):
    for actor in ("PRK", "FRA", "Averland"):
        assert actors.parties(actor, "").self_words.search("our country")


def test_the_us_in_lower_case_is_not_the_first_person(actors):
    parties = actors.parties("PRK", "2024-01-01")
    assert not parties.self_words.search("the us claims")
    assert [actor for _, _, actor in actors.mentions("the us claims")] == ["USA"]
    assert parties.self_words.search("they attack us")


def test_an_actor_without_entry_has_its_own_name_and_no_ally(actors):
    parties = actors.parties("Averland", "2020-01-01")
    assert parties.self_words.search("averland rejects this")
    assert not parties.allies
    assert not actors.parties("QQQ", "").self_words.search("qqq")


def test_every_tie_names_an_actor_with_an_entry(actors):
    for name, entry in actors.entries.items():
        for tie in [*entry.get("allies", []), *entry.get("adversaries", [])]:
            assert tie["actor"] in actors.entries, name


def test_self_is_never_among_the_others(actors):
    for name in actors.entries:
        parties = actors.parties(name, "2024-07-01")
        assert name not in parties.allies | parties.adversaries
