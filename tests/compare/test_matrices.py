import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from discourse.compare import _matrices
from discourse.compare._matrices import average_scores, leading_svd, row_names, row_shares
from discourse.compare.correspondence import CorrespondenceAnalysis
from discourse.compare.semantic_scaling import LatentSemanticScaling
from discourse.compare.wordscores import Wordscores


@pytest.fixture
def table():
    return np.random.default_rng(8).poisson(1.0, (40, 25)).astype(float)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array, sparse.csc_matrix])
@pytest.mark.parametrize("cells", [10, 10**9], ids=["Lanczos", "whole"])
def test_leading_svd_is_that_of_numpy_whichever_way_it_goes(table, make, cells, monkeypatch):
    monkeypatch.setattr(_matrices, "_DENSE_CELLS", cells)
    rows, columns = np.linspace(0, 1, 40), np.linspace(1, 2, 25)
    U, s, Vt = leading_svd(make(table), 3, rows=rows, columns=columns)
    expected = np.linalg.svd(table - np.outer(rows, columns))
    assert s == pytest.approx(expected[1][:3])
    assert np.abs(Vt) == pytest.approx(np.abs(expected[2][:3]), abs=1e-9)
    assert ((U * s) @ Vt) == pytest.approx((expected[0][:, :3] * expected[1][:3]) @ expected[2][:3], abs=1e-9)
    assert (Vt[np.arange(3), np.abs(Vt).argmax(axis=1)] > 0).all()


def test_leading_svd_gives_no_more_than_there_is(table):
    U, s, Vt = leading_svd(table, 99)
    assert (U.shape, s.shape, Vt.shape) == ((40, 25), (25,), (25, 25))


def test_average_scores_are_precise_far_from_zero():
    found = average_scores(np.array([[1.0, 3.0]]), np.array([1e9, 1e9 + 1]))
    assert found["se"][0] == pytest.approx((3 / 16 / 4) ** 0.5)


def test_row_shares_keep_a_matrix_thin(table):
    thin = row_shares(sparse.csr_array(table))
    assert sparse.issparse(thin)
    assert thin.toarray() == pytest.approx(table / table.sum(axis=1, keepdims=True))


def test_row_names_of_what_users_pass(table):
    assert row_names(sparse.coo_array(table)) == row_names(table) == row_names(table.tolist()) == list(range(40))


@pytest.mark.parametrize(
    "model", [Wordscores(), CorrespondenceAnalysis(), LatentSemanticScaling({0: 1, 1: -1}, n_components=3)], ids=repr
)
def test_sparse_counts_are_never_filled(model):
    """Filled, the matrix would take 480 MB."""
    counts = sparse.random_array((3000, 20_000), density=0.001, rng=np.random.default_rng(0), format="csr")
    tracemalloc.start()
    model.fit(counts, np.arange(3000.0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000
