"""The short version of tests/benchmarks/simulate_time.py, which tells more."""

import importlib.util
from pathlib import Path

from scipy import stats

SPEC = importlib.util.spec_from_file_location(
    "simulate_time", Path(__file__).parents[1] / "benchmarks" / "simulate_time.py"
)
simulation = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(simulation)


def test_alarms_and_intervals_are_what_they_say_where_g2_is_not():
    n_worlds = 20
    worlds = (simulation.two_groups, simulation.together)
    table = simulation.simulate(n_worlds, worlds=worlds, sizes=[(25, 100)], overdispersion=[2.0])
    share = table.set_index(["measure", "kind"])["mean"]
    assert share["G2, pooled words", "p"] > 0.15
    alarms = share.xs("p", level="kind").drop("G2, pooled words")
    assert len(alarms) == 5
    assert (alarms <= stats.binom.ppf(0.999, n_worlds, 0.05) / n_worlds).all(), alarms
    held = share.xs("interval", level="kind")
    assert len(held) == 6
    assert (held >= stats.binom.ppf(0.001, n_worlds, 0.94) / n_worlds).all(), held
