import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse
from scipy.stats import chi2_contingency

from discourse.compare.correspondence import CorrespondenceAnalysis
from discourse.errors import InputError

# Greenacre's table of staff groups by smoking, as R's package ca analyses it.
STAFF = ["SM", "JM", "SE", "JE", "SC"]
SMOKING = ["none", "light", "medium", "heavy"]
SMOKE = pd.DataFrame(
    [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]], index=STAFF, columns=SMOKING
)


def eigen(table):
    """Second implementation: eigenvectors of the product of the transition matrices, not singular vectors."""
    table = np.asarray(table, dtype=float)
    rows = table / table.sum(axis=1, keepdims=True)
    columns = (table / table.sum(axis=0)).T
    values, vectors = np.linalg.eig(rows @ columns)
    order = np.argsort(-values.real)[1:]  # the first eigenvalue is the trivial 1
    masses = table.sum(axis=1) / table.sum()
    standard = vectors.real[:, order]
    standard /= np.sqrt((masses[:, None] * standard**2).sum(axis=0))
    return values.real[order], standard * np.sqrt(np.maximum(values.real[order], 0))


def test_published_inertias():
    analysis = CorrespondenceAnalysis(n_components=3).fit(SMOKE)
    assert analysis.principal_inertias_.round(6).tolist() == [0.074759, 0.010017, 0.000414]
    assert (100 * analysis.explained_inertia_ratio_).round(2).tolist() == [87.76, 11.76, 0.49]


def test_published_masses_distances_and_row_inertias():
    rows = CorrespondenceAnalysis(n_components=3).fit(SMOKE).rows(STAFF)
    assert rows["mass"].round(6).tolist() == [0.056995, 0.093264, 0.264249, 0.455959, 0.129534]
    squares = (rows[["axis1", "axis2", "axis3"]] ** 2).sum(axis=1)
    assert (squares**0.5).round(6).tolist() == [0.216559, 0.356921, 0.380779, 0.240025, 0.216169]
    assert (squares * rows["mass"]).round(6).tolist() == [0.002673, 0.011881, 0.038314, 0.026269, 0.006053]


def test_agrees_with_an_eigen_decomposition():
    inertias, rows = eigen(SMOKE)
    analysis = CorrespondenceAnalysis(n_components=3).fit(SMOKE)
    assert analysis.principal_inertias_ == pytest.approx(inertias[:3], abs=1e-12)
    assert np.abs(analysis.row_coordinates_) == pytest.approx(np.abs(rows[:, :3]), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(hnp.arrays(np.int64, (4, 5), elements=st.integers(1, 30)))
def test_inertia_is_chi_square_over_n(table):
    expected = chi2_contingency(table, correction=False).statistic / table.sum()
    if expected < 1e-10:
        return
    analysis = CorrespondenceAnalysis(n_components=4).fit(table)
    assert analysis.total_inertia_ == pytest.approx(expected, abs=1e-9)
    assert analysis.principal_inertias_.sum() == pytest.approx(expected, abs=1e-9)
    assert analysis.row_masses_ @ analysis.row_coordinates_ == pytest.approx(0, abs=1e-9)


def test_transposing_swaps_rows_and_columns():
    one, other = (CorrespondenceAnalysis().fit(table) for table in (SMOKE.to_numpy(), SMOKE.to_numpy().T))
    assert np.abs(other.row_coordinates_) == pytest.approx(np.abs(one.column_coordinates_), abs=1e-9)


def test_signs_are_fixed_by_the_column_that_contributes_most():
    analysis = CorrespondenceAnalysis(n_components=3).fit(SMOKE)
    columns = analysis.columns()
    for axis in (1, 2, 3):
        assert columns.loc[columns[f"contribution{axis}"].idxmax(), f"axis{axis}"] > 0
        assert columns[f"contribution{axis}"].sum() == pytest.approx(1)
    assert columns["term"].tolist() == SMOKING
    upside_down = CorrespondenceAnalysis(n_components=3).fit(SMOKE.iloc[::-1])
    assert upside_down.row_coordinates_[::-1] == pytest.approx(analysis.row_coordinates_, abs=1e-9)


def test_supplementary_rows_lie_at_the_mean_of_their_columns():
    analysis = CorrespondenceAnalysis().fit(SMOKE)
    assert analysis.transform(SMOKE) == pytest.approx(analysis.row_coordinates_, abs=1e-12)
    vertex = analysis.column_coordinates_ / np.sqrt(analysis.principal_inertias_)
    one_habit = pd.DataFrame(np.eye(4), columns=SMOKING)
    assert analysis.transform(one_habit) == pytest.approx(vertex, abs=1e-12)


def test_rows_and_columns_without_counts_are_nowhere():
    padded = np.pad(SMOKE.to_numpy(), ((0, 1), (0, 1)))
    analysis = CorrespondenceAnalysis().fit(padded)
    assert np.isnan(analysis.row_coordinates_[5]).all()
    assert np.isnan(analysis.transform([[0, 0, 0, 0, 3]])).all()
    whole = CorrespondenceAnalysis().fit(SMOKE)
    assert analysis.row_coordinates_[:5] == pytest.approx(whole.row_coordinates_, abs=1e-9)
    assert analysis.total_inertia_ == pytest.approx(whole.total_inertia_)


def test_there_are_no_more_axes_than_the_table_spans():
    table = [[10, 20, 30], [20, 40, 60], [30, 10, 5]]  # two rows alike: one axis
    analysis = CorrespondenceAnalysis(n_components=9).fit(table)
    assert analysis.transform(table).shape == (3, 1)
    assert analysis.get_feature_names_out().tolist() == ["correspondenceanalysis0"]


def test_large_sparse_tables_agree_with_dense_ones_and_are_never_filled():
    rng = np.random.default_rng(3)
    table = sparse.random_array(
        (900, 5000), density=0.01, rng=rng, format="csr", data_sampler=lambda size: rng.integers(1, 9, size)
    )
    large = CorrespondenceAnalysis().fit(table)
    dense = table.toarray() / table.sum()
    r, c = dense.sum(axis=1), dense.sum(axis=0)
    keep = c > 0
    residuals = (dense - np.outer(r, c))[:, keep] / np.sqrt(np.outer(r, c[keep]))
    values = np.linalg.eigvalsh(residuals @ residuals.T)[::-1]
    assert large.principal_inertias_ == pytest.approx(values[:2], rel=1e-9)
    assert large.total_inertia_ == pytest.approx(values.sum(), rel=1e-9)
    assert (large.row_coordinates_ == CorrespondenceAnalysis().fit(table).row_coordinates_).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: CorrespondenceAnalysis().fit([[1, 2], [2, 4]]), "X holds rows that all have the same profile"),
        (lambda: CorrespondenceAnalysis().fit(np.zeros((2, 2))), "X holds rows that all have the same profile"),
        (lambda: CorrespondenceAnalysis().fit(SMOKE - 3), "row 0, column 'light' is -1; legal: counts"),
        (lambda: CorrespondenceAnalysis().fit(SMOKE).rows(["SM"]), "names has 1 entries for 5 rows"),
    ],
)
def test_misuse_is_refused_in_a_sentence(call, text):
    with pytest.raises(InputError, match=text):
        call()
