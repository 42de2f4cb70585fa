import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy

from discourse.compare.dispersion import dispersion
from discourse.counts import TermCounts, count_terms
from discourse.errors import InputError

# Gries (2008), International Journal of Corpus Linguistics 13: five parts of 9, 10, 10, 10 and 11 letters
GRIES = ["bamnibeup", "basatbewqn", "bcagabesta", "baghabeaat", "bahaabeaxat"]
PUBLISHED = {
    "a": (0.18, 0.2195, 0.785, 0.950, 0.137),
    "b": (0.02, 0.024, 0.968, 0.999, 0.003),
    "i": (0.82, 1, 0, 0.18, 2.474),
    "q": (0.80, 0.976, 0, 0.20, 2.322),
    "x": (0.78, 0.951, 0, 0.22, 2.184),
}


def measure(column, sizes=None):
    ids = [f"d{number}" for number in range(len(column))]
    documents = pd.DataFrame({"doc_id": ids, "n_words": sizes or [100] * len(column)})
    return dispersion(TermCounts.from_table(pd.DataFrame({"x": column}), documents)).iloc[0]


@pytest.mark.parametrize("letter", PUBLISHED)
def test_letters_of_gries(letter):
    texts = [" ".join(part) for part in GRIES]
    counts = count_terms(pd.DataFrame({"doc_id": list("12345"), "actor": "x", "text": texts}))
    row = dispersion(counts).set_index("term").loc[letter]
    measures = row[["dp", "dp_norm", "juilland_d", "rosengren_s", "kl"]].tolist()
    assert measures == pytest.approx(PUBLISHED[letter], abs=6e-4)
    assert row["k"] == sum(part.count(letter) for part in GRIES)
    assert row["n_documents"] == sum(letter in part for part in GRIES)


def test_values_of_the_literature():
    assert measure([0, 4, 3, 2, 1])["juilland_d"] == pytest.approx(0.6464, abs=5e-5)
    assert measure([2, 1, 1, 1, 0])["carroll_d2"] == pytest.approx(0.8277, abs=5e-5)
    assert measure([1, 2, 3, 4, 5])["rosengren_s"] == pytest.approx(0.937, abs=5e-4)
    assert measure([2, 1, 0])["dp_norm"] == pytest.approx(0.5)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 300)), min_size=2, max_size=8))
def test_formulas_written_out(pairs):
    k, n = np.array(pairs, dtype=float).T
    if not k.any():
        return
    row = measure(k.astype(int).tolist(), n.astype(int).tolist())
    share, size, rate = k / k.sum(), n / n.sum(), k / n
    assert row["dp"] == pytest.approx(np.abs(share - size).sum() / 2)
    assert row["dp_norm"] == pytest.approx(row["dp"] / (1 - size.min()))
    assert row["juilland_d"] == pytest.approx(1 - rate.std() / rate.mean() / np.sqrt(len(k) - 1), abs=1e-7)
    assert row["carroll_d2"] == pytest.approx(entropy(rate) / np.log(len(k)))
    assert row["rosengren_s"] == pytest.approx(np.sqrt(size * k).sum() ** 2 / k.sum())
    assert row["kl"] == pytest.approx(entropy(share, size, base=2), abs=1e-12)


def test_runs_of_words_are_judged_by_their_own_places():
    texts = ["we reject war", "we reject it", "they left"]
    documents = pd.DataFrame({"doc_id": list("abc"), "actor": "x", "text": texts})
    table = dispersion(count_terms(documents, ngrams=(1, 2))).set_index("term")
    assert table.loc["we reject", "dp"] == pytest.approx((abs(1 / 2 - 2 / 5) * 2 + 1 / 5) / 2)
    assert table.loc["we", "dp"] == pytest.approx((abs(1 / 2 - 3 / 8) * 2 + 2 / 8) / 2)


def test_terms_that_do_not_occur_are_left_out():
    frame = pd.DataFrame({"war": [1, 2], "peace": [0, 0]})
    table = dispersion(TermCounts.from_table(frame, pd.DataFrame({"doc_id": ["a", "b"]})))
    assert table["term"].tolist() == ["war"]


def test_one_document_and_empty_documents_are_refused():
    with pytest.raises(InputError, match="counts has 1 document; dispersion needs two or more"):
        measure([3])
    with pytest.raises(InputError, match="document 'd1' has no words"):
        measure([3, 0], [9, 0])
