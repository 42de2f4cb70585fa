"""Who speaks for the United States: speakers' labels of White House and State Department transcripts.

A label counts if it is an office of the federal executive or a name listed here, the people who brief for it. Everybody
else does not, though some of them will be officials: a name missing here costs a turn, while a guest let in would count
as a US statement.
"""

import re

__all__ = ["STAFF", "named_in", "role"]

_STAFF = """
BATES BEDINGFIELD BOUSHEY BRAINARD CALIFF DALTON DASKALAKIS DEESE DONILON EASTERLY FAUCI FAZILI FENTON FINER HARRELL
HASSETT HOCHSTEIN JEAN-PIERRE JHA KIKUKAWA KIRBY LANDER LANDRIEU LEAVITT MCGURK MCQUISTON MEAGHER MUNOZ MURTHY
NEUBERGER NUNEZ-SMITH O’CONNELL PODESTA PORCARI PRICE PSAKI QUILLIAN RAMAMURTI REYNOSO SAMS SAVETT SCHARF
SHERWOOD-RANDALL SLAVITT SLOAT SULLIVAN TANDEN WALENSKY WALTZ WEGRZYN ZAIDI ZIENTS
"""
STAFF = frozenset(_STAFF.split())

_COMMON_NAMES = """
MR. BENJAMIN, MR. BERNSTEIN, MR. EDWARDS, MR. FERNÁNDEZ HERNÁNDEZ, MR. GONZALEZ, MR. HASAN, MR. ICE, MR. MILLER,
MR. PATEL, MR. SACKS, MR. SINGH, MR. SPERLING, MS. BOTTOMS, MS. KLEIN, MS. LINKE YOUNG, MS. PORTER, MS. REPOSA,
MS. SIMONS, MS. YOUNG
"""
_LABELS = frozenset(label.strip() for label in _COMMON_NAMES.split(","))

_OFFICE = re.compile(
    r"THE (?:VICE )?PRESIDENT|PRESIDENT (?:BIDEN|TRUMP)|VICE PRESIDENT (?:HARRIS|VANCE)"
    r"|(?:(?:ACTING|DEPUTY|ASSISTANT|UNDER) )*(?:UNDER)?SECRETARY (?!GENERAL|-GENERAL).+"
    r"|(?:(?:ACTING|DEPUTY) )*(?:ADMINISTRATOR|DIRECTOR|ATTORNEY GENERAL) .+"
    r"|SURGEON GENERAL MURTHY|CHAIR (?:ROUSE|BERNSTEIN)|ADVISOR MCCARTHY|AMBASSADOR (?:RICE|TAI|JACOBSON)"
    r"|(?:SENIOR )?(?:ADMINISTRATION|WHITE HOUSE|MILITARY|DEFENSE|STATE DEPARTMENT|FBI) OFFICIALS?(?: ONE| TWO| THREE)?"
    r"|(?:LIEUTENANT |MAJOR |BRIGADIER )?GENERAL (?!SECRETARY).+|(?:VICE |REAR )?ADMIRAL .+|COLONEL .+"
)
_LEADER = re.compile(
    r"(?:(?:FORMER|VICE|PRIME|FOREIGN|DEPUTY|FIRST|ACTING|EXTERNAL|AFFAIRS|DEFEN[CS]E) )*"
    r"(?:PRESIDENT|MINISTER|PREMIER|CHANCELLOR|TAOISEACH|KING|QUEEN|AMIR)\b"
    r"|(?:CROWN )?PRINCE|SULTAN|POPE|SECRETARY[ -]GENERAL|GENERAL SECRETARY|FOREIGN SECRETARY|HIGH REPRESENTATIVE"
)
_UNNAMED = re.compile(
    r"(?:WHITE HOUSE |MILITARY )?AIDE|AUDIENCE|MODERATOR|OPERATOR|PARTICIPANT|SPEAKER$|INTERPRETER|ANNOUNCER|CHILD"
    r"|STUDENT|STAFF|MULTIPLE|REPORTER|PRESS$"
)
_AFTER_BY = re.compile(
    r"\bby (?:the )?(.+?)(?= (?:at|in|on|to|during|before|after|as|for|with|and|en route)\b|[,|]|$)", re.IGNORECASE
)
_PRESIDENCY = re.compile(
    r"(?:Vice )?President(?: (?:[\w.]+ )*(?:Biden|Trump|Harris|Vance))?|Secretary (?!General).+", re.IGNORECASE
)


def role(label: str) -> tuple[bool, str]:
    """Say whether a label is a US official's, and if not, what kind of speaker it is.

    Parameters
    ----------
    label : str
        As in the transcript, "MS. PSAKI" or "Q".

    Returns
    -------
    tuple of (bool, str)
        Whether it counts, and the kind for the ledger.

    Examples
    --------
    >>> role("MR KIRBY"), role("PRIME MINISTER MODI")
    ((True, 'US official'), (False, 'a foreign guest or former president'))
    """
    label = re.sub(r"\([^)]*\)", " ", label).upper().strip()
    label = re.sub(r"^(MR|MS|MRS|DR)\b\.?", r"\1.", label)
    honorific, _, surname = label.partition(". ")
    named = honorific in ("MR", "MS", "MRS", "DR") and surname in STAFF
    if named or label in _LABELS or _OFFICE.fullmatch(label):
        return True, "US official"
    if label in ("Q", "QUESTION"):
        return False, "a reporter's question"
    if _UNNAMED.match(label):
        return False, "audience, moderator or aide"
    if _LEADER.match(label):
        return False, "a foreign guest or former president"
    return False, "another speaker"


def named_in(title: str) -> str | None:
    """Find the US official whose speech a title announces.

    Parameters
    ----------
    title : str
        Of a speech, "Remarks by Vice President Harris at a Dinner".

    Returns
    -------
    str or None
        Who is named first after "by", if that is a US official.

    Examples
    --------
    >>> named_in("Remarks by Vice President Harris at a Dinner")
    'Vice President Harris'
    """
    match = _AFTER_BY.search(" ".join(title.split()))
    if match is None or match[1].startswith(("First Lady", "Second Gentleman")):
        return None
    surname = match[1].upper().rpartition(" ")[2]
    return match[1] if surname in STAFF or _PRESIDENCY.fullmatch(match[1]) else None
