import pytest

from discourse.sources._officials import STAFF, named_in, role

OFFICIALS = """THE PRESIDENT; THE VICE PRESIDENT; PRESIDENT TRUMP; MS. JEAN-PIERRE; Mr. KIRBY; DR FAUCI
SECRETARY BLINKEN; ACTING SECRETARY SU; UNDER SECRETARY ZEYA; ASSISTANT SECRETARY PHEE
ATTORNEY GENERAL GARLAND; ADMINISTRATOR POWER
SENIOR ADMINISTRATION OFFICIAL TWO; SENIOR STATE DEPARTMENT OFFICIAL; VICE ADMIRAL GAUTIER; MR PRICE; MS. YOUNG"""
OTHERS = {
    "a reporter's question": ["Q", "QUESTION"],
    "audience, moderator or aide": ["AUDIENCE MEMBER", "MODERATOR", "WHITE HOUSE AIDE", "PARTICIPANTS", "STAFF"],
    "a foreign guest or former president": [
        "PRIME MINISTER MODI",
        "PRESIDENT ZELENSKYY",
        "PRESIDENT OBAMA",
        "SECRETARY GENERAL STOLTENBERG",
        "SECRETARY-GENERAL GUTERRES",
        "GENERAL SECRETARY LÂM",
        "FOREIGN MINISTER KULEBA",
        "TAOISEACH VARADKAR",
        "HIGH REPRESENTATIVE BORRELL",
    ],
    "another speaker": [
        "MR. MUSK",
        "MR. YOUNG",
        "GOVERNOR WALZ",
        "THE FIRST LADY",
        "AMBASSADOR HEUSGEN",
        "SENATOR CASEY",
    ],
}


@pytest.mark.parametrize("label", [label.strip() for line in OFFICIALS.splitlines() for label in line.split(";")])
def test_officials_count(label):
    assert role(label) == (True, "US official")


@pytest.mark.parametrize(("kind", "label"), [(kind, label) for kind, labels in OTHERS.items() for label in labels])
def test_nobody_else_does(kind, label):
    assert role(label) == (False, kind)


def test_names_are_written_as_they_are_compared():
    assert all(name == name.upper() and "'" not in name for name in STAFF)


@pytest.mark.parametrize(
    ("title", "speaker"),
    [
        ("Remarks by President Biden on the Economy", "President Biden"),
        ("Remarks by the Vice President at a Forum", "Vice President"),
        ("Remarks as Prepared for Delivery by NEC Director Lael Brainard on Fees", "NEC Director Lael Brainard"),
        ("Remarks by President Biden and Prime Minister Modi of India", "President Biden"),
        ("Remarks by First Lady Jill Biden at a School", None),
        ("Remarks by Prime Minister Modi", None),
        ("A Proclamation on Flags", None),
    ],
)
def test_who_gives_a_speech(title, speaker):
    assert named_in(title) == speaker
