"""discourse: how states frame sovereignty and handle contested claims.

Everything is a table, and each step is a function from table to table::

    sources -> documents -> spans -> estimates -> figures, paper, report

The names below are the whole vocabulary, grouped by what they are for; each is loaded when first used.
"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    # documents: one row per statement
    "read_documents": "documents",
    "describe": "documents",
    "load_source": "sources",
    "inclusion_ledger": "sources",
    "load_dataset": "shipped",
    "load_example": "shipped",
    # unclean and repeated text
    "lint": "normalise",
    "near_duplicates": "duplicates",
    "boilerplate": "duplicates",
    # spans: who does what with words
    "code": "coding.coder",
    "load_codebook": "coding.codebook",
    "kwic": "compare.concordance",
    # rates of codes, and contrasts of them
    "rates": "compare.rates",
    "contrast": "compare.contrast",
    # words
    "count_terms": "counts",
    "TermCounts": "counts",
    "keyness": "compare.keyness",
    "keyness_groups": "compare.keyness_groups",
    "compare_frequencies": "compare.frequencies",
    "dispersion": "compare.dispersion",
    "word_shift": "compare.shift",
    "rate_shift": "compare.shift",
    "rank_turbulence": "compare.shift",
    "lexical_diversity": "compare.lexical",
    "readability": "compare.readability",
    # rates explained: models, time, the world, chance
    "rate_regression": "compare.regression",
    "rate_ratio": "compare.rate_ratio",
    "trend": "compare.trends",
    "break_test": "compare.breaks",
    "change_points": "compare.change_points",
    "event_window": "compare.events",
    "world_difference": "compare.world",
    "world_rank": "compare.world",
    "minimum_detectable_ratio": "compare.power",
    "plan_power": "compare.power",
    "balance_table": "compare.matching",
    "coarsened_exact_matching": "compare.matching",
    "entropy_balancing": "compare.matching",
    "weighted_contrast": "compare.weighted",
    # what goes with what: codes, words, holders and targets
    "cooccurrence": "compare.cooccurrence",
    "collocations": "compare.collocations",
    "collocation_network": "compare.collocations",
    "attribution": "compare.attribution",
    "attribution_network": "compare.attribution",
    # what a result hangs on
    "influence": "compare.influence",
    "fragility": "compare.fragility",
    "unify_speakers": "compare.speakers",
    "specifications": "compare.multiverse",
    "multiverse": "compare.multiverse",
    "joint_test": "compare.multiverse",
    # scikit-learn: texts to rates, counts to positions and authors
    "SovereigntyFraming": "compare.transformers",
    "RumourLanguage": "compare.transformers",
    "Wordscores": "compare.wordscores",
    "Wordfish": "compare.wordfish",
    "LatentSemanticScaling": "compare.semantic_scaling",
    "CorrespondenceAnalysis": "compare.correspondence",
    "NMFTopics": "compare.topics",
    "WhoSaidIt": "compare.attribution_classifier",
    "held_out_predictions": "compare.attribution_accuracy",
    "attribution_accuracy": "compare.attribution_accuracy",
    # how good the coding is, and what that does to an estimate
    "accuracy": "validate.accuracy",
    "draw_sheet": "validate.sheet",
    "write_sheet": "validate.sheet",
    "read_sheet": "validate.sheet",
    "krippendorff_alpha": "validate.agreement",
    "alpha_interval": "validate.agreement",
    "agreement": "validate.agreement",
    "correct": "validate.correct",
    "correct_contrast": "validate.correct",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'discourse' has no attribute {name!r}")
    return getattr(importlib.import_module(f"discourse.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
