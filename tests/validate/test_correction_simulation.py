"""The short version of tests/benchmarks/simulate_correction.py, which tells more."""

import importlib.util
from pathlib import Path

from scipy import stats

SPEC = importlib.util.spec_from_file_location(
    "simulate_correction", Path(__file__).parents[1] / "benchmarks" / "simulate_correction.py"
)
simulation = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(simulation)


def test_correction_undoes_what_unequal_recall_does():
    n_worlds = 36
    table = simulation.coverage(
        n_worlds, methods=("dsl", "ppi", "horvitz_thompson"), n_documents=400, overdispersion=0.1, n_boot=200
    )
    within_simulation_error = stats.binom.ppf(0.01, n_worlds, 0.95) / n_worlds
    assert (table["corrected"] >= within_simulation_error).all(), table
    assert (table["naive"] <= 0.04).all(), table
    assert (table["bias"].abs() < 0.25 * table["naive bias"]).all(), table
