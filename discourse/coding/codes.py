"""The reported codes: seventeen in two constructs, and the two summaries over them (codebook of the project)."""

__all__ = ["CONSTRUCTS", "CONTESTED_CLAIMS", "SOVEREIGNTY", "SPAN_COLUMNS", "STANCE"]

SOVEREIGNTY = (
    "statehood",
    "entitlement",
    "non_interference",
    "territorial_integrity",
    "self_defence",
    "sovereign_equality",
    "self_determination",
    "violation",
    "limit",
)

CONTESTED_CLAIMS = (
    "label",
    "denial",
    "motive",
    "distancing",
    "challenge",
    "non_confirmation",
    "sourcing",
    "hedge",
)

STANCE = ("label", "denial", "motive", "distancing", "challenge", "non_confirmation")

CONSTRUCTS = {"sovereignty": SOVEREIGNTY, "contested_claims": CONTESTED_CLAIMS}

SPAN_COLUMNS = (
    "doc_id",
    "actor",
    "sentence",
    "start",
    "end",
    "construct",
    "code",
    "cue",
    "rule",
    "holder",
    "target",
    "referent",
    "quoted",
    "own",
)
