import pytest

from discourse.coding.codebook import Example, load_codebook
from discourse.errors import InputError

GOOD = """\
construct: contested_claims
lists:
  claim: [rumour*, allegation*]
codes:
  label:
    definition: calls a claim untrue
    negated: keep
    rules:
      - id: label.groundless
        any: ["groundless <claim>"]
        except: ["groundless rumour mill"]
        near: {any: [spread*], words: 4}
        positive: ["They spread a groundless rumour.", {actor: BRN, text: "A groundless allegation is spread."}]
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "book.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_codebook_is_read_into_rules(written):
    book = load_codebook(written(GOOD))
    (rule,) = book.rules()
    assert (book.construct, rule.code, rule.id, rule.near_words) == ("contested_claims", "label", "label.groundless", 4)
    assert rule.any[0].compile({}).search("a groundless  rumour")
    assert (rule.negated, rule.quoted) == ("keep", "drop")
    assert rule.positive[1] == Example("A groundless allegation is spread.", "BRN")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("negated: keep", "negate: keep", r"book.yaml, line 7, column 5: unknown key 'negate'; legal: definition"),
        ("negated: keep", "negated: maybe", r"line 7, column 14: found 'maybe'; legal: drop, keep"),
        ("words: 4", "words: four", r"found 'four'; legal: a whole number"),
        ("    definition: calls a claim untrue\n", "", r"the key 'definition' is missing"),
        ("groundless <claim>", "groundless <clam>", r"rule label.groundless: there is no word list <clam>"),
        ("groundless <claim>", "re:(", r"rule label.groundless: pattern 're:\(' cannot be read"),
        ("construct: contested_claims", "construct: [a", r"line 2, column 6: is no YAML"),
        ("lists:", "construct: x\nlists:", r"line 2, column 1: the key 'construct' stands here twice"),
        ("claim: [rumour", "own: [rumour", r"the word list 'own' has a reserved name"),
        ("codes:", "codes: none\nx:", r"found 'none'; legal: a mapping with any name"),
    ],
)
def test_a_mistake_is_named_with_its_place(written, old, new, message):
    assert old in GOOD
    with pytest.raises(InputError, match=message):
        load_codebook(written(GOOD.replace(old, new, 1)))


def test_a_pattern_that_matches_nothing_is_refused(written):
    with pytest.raises(InputError, match=r"rule label.groundless: pattern 're:x\*' matches where nothing stands"):
        load_codebook(written(GOOD.replace("groundless <claim>", "re:x*")))


def test_an_id_may_stand_once(written):
    rule = GOOD[GOOD.index("      - id") :]
    with pytest.raises(InputError, match=r"the rule id 'label.groundless' stands here twice"):
        load_codebook(written(GOOD + rule))


def test_an_empty_file_and_a_missing_one(written, tmp_path):
    with pytest.raises(InputError, match="is empty; legal: a mapping with construct"):
        load_codebook(written(""))
    with pytest.raises(InputError, match="absent.yaml: cannot be read as UTF-8 text"):
        load_codebook(tmp_path / "absent.yaml")


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "book.yaml"
    path.write_bytes(b"construct: \xff\xfe")
    with pytest.raises(InputError, match="cannot be read as UTF-8 text"):
        load_codebook(path)
