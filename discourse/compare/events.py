"""Event windows: whether a group speaks otherwise just after an event than just before, judged by dates without one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from discourse.compare._counting import split
from discourse.compare._hits import Hits, count_hits, dated
from discourse.compare._resample import check_settings, generator
from discourse.errors import InputError

__all__ = ["event_window"]

_PER = 10_000
_ROUNDING = 1e-9


def event_window(
    spans: pd.DataFrame | None,
    documents: pd.DataFrame,
    code: str,
    dates: Sequence[object],
    *,
    by: str | list[str] = "actor",
    days: int = 28,
    n_draws: int = 9_999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare rates in the days from an event on with those in the days before it.

    Parameters
    ----------
    spans : DataFrame or None
        What `discourse.code` returned; only rows with `own` count. None: `code` is a column of counts in `documents`.
    documents : DataFrame
        One row per document with `doc_id`, `actor`, `date` (to the day), and `text` or `n_words`.
    code : str
        A code, "stance", a construct (any of its codes), or the column of counts.
    dates : sequence of dates
        Days of the events, as ``["2022-09-06"]``, chosen without looking at the rates.
    by : str or list of str, default "actor"
        Column or columns that make the groups; ``[]`` for all documents together.
    days : int, default 28
        Length of the window before the event and of that from its day on.
    n_draws : int, default 9_999
        Draws of placebo dates for several events together.
    random_state : int, default 0
        Seed.

    Returns
    -------
    DataFrame
        For each group a row per event and, for several, one for all together (`event` missing): the grouping columns,
        `construct`, `code`, `event`, `n_documents_before`, `n_documents_after`, `rate_before`, `rate_after` (per
        10,000 words), `ratio` (after to before, with one hit spread over the words of both windows; the geometric mean
        for all), `placebo_low`, `placebo_high` (where the ratios of 95 % of the placebo dates lie: not an interval of
        the ratio), `n_placebos`, `p` (two-sided). Events with no words on one side have no ratio and no p.

    Raises
    ------
    InputError
        If dates are known to the year only, an event lies outside the documents' time, there are no placebo dates, or
        a setting is out of range.

    Notes
    -----
    Placebo dates are all days with words in both windows, but for those whose windows touch an event's. `p` is the
    share of them, the event counted among them, whose ratio is at least as far from their median ratio, so that it is
    never 0; for several events, of as many dates drawn at random (randomisation inference: Rosenbaum 2002,
    Observational Studies, ch. 2; placebo dates: Imbens and Lemieux 2008, Journal of Econometrics 142, 615-635). It
    asks how unusual the event is in this corpus, bursts and weekdays included, and needs a corpus much longer than the
    windows: with n placebo dates no p is below 1 / (n + 1), and dates next to each other say nearly the same.

    Examples
    --------
    >>> days = pd.date_range("2022-01-01", periods=300)
    >>> documents = pd.DataFrame({"doc_id": days.strftime("%j"), "actor": "AVR", "date": days, "n_words": 100,
    ...                           "rumour": [3 if 200 <= day < 207 else day % 2 for day in range(300)]})
    >>> table = event_window(None, documents, "rumour", [days[200]], days=7)
    >>> table[["rate_before", "rate_after", "n_placebos"]]
       rate_before  rate_after  n_placebos
    0    57.142857       300.0         260
    >>> bool(table["p"][0] < 0.01)
    True
    """
    check_settings(_PER, 0.95, n_draws)
    if days < 1:
        raise InputError(f"days is {days!r}; legal: a number of days from 1")
    hits = dated(count_hits(spans, documents, code))
    _check_days(hits)
    events = _read_events(dates, hits)
    columns, groups = split(hits.documents, by)
    parts = []
    for group in groups:
        part = _windows(hits.part(group.rows), events, int(days), n_draws, generator(group.key, random_state))
        names = dict(zip(columns, group.key, strict=True)) | {"construct": hits.construct, "code": hits.code}
        parts.append(pd.DataFrame({name: [value] * len(part) for name, value in names.items()}).join(part))
    table = pd.concat(parts, ignore_index=True)
    if not table["n_placebos"].any():
        raise InputError(f"no placebo dates are left; legal: a longer time or windows shorter than {days} days")
    table.attrs = {
        "measure": "event_window",
        "construct": hits.construct,
        "code": hits.code,
        "by": columns,
        "days": int(days),
        "per": _PER,
        "n_draws": n_draws,
        "random_state": random_state,
        "counts_sha256": hits.fingerprint(),
    }
    return table


def _check_days(hits: Hits) -> None:
    if "date_precision" in hits.documents:
        rough = (hits.documents["date_precision"] != "day").to_numpy()
        if rough.any():
            row = hits.documents.iloc[int(np.argmax(rough))]
            raise InputError(
                f"document {row['doc_id']!r} is dated to the {row['date_precision']}; event windows need days:"
                " leave such documents out, or use break_test"
            )


def _read_events(dates: Sequence[object], hits: Hits) -> pd.DatetimeIndex:
    if isinstance(dates, str) or not len(dates):
        raise InputError(f"dates is {dates!r}; legal: a list of days, as ['2022-09-06']")
    try:
        events = pd.DatetimeIndex(pd.to_datetime(list(dates))).normalize()
    except (TypeError, ValueError):
        raise InputError(f"dates are {list(dates)!r}; legal: days, as ['2022-09-06']") from None
    first, last = hits.documents["date"].min().normalize(), hits.documents["date"].max()
    for event in events:
        if not first < event <= last:
            raise InputError(f"event {event.date()} lies outside the documents, {first.date()} to {last.date()}")
    return events


def _windows(hits: Hits, events: pd.DatetimeIndex, days: int, n_draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Estimates and p of one group."""
    first = min(hits.documents["date"].min().normalize(), events.min()) - pd.Timedelta(days=days)
    day = (hits.documents["date"].dt.normalize() - first).dt.days.to_numpy()
    place = (events - first).days.to_numpy()
    length = max(day.max(), place.max()) + days + 1
    daily = np.stack([np.bincount(day, values, length) for values in (hits.k, hits.words, np.ones(len(day)))])
    sums = np.pad(daily.cumsum(axis=1), ((0, 0), (1, 0)))
    centre = np.arange(days, length - days + 1)
    before, after = sums[:, centre] - sums[:, centre - days], sums[:, centre + days] - sums[:, centre]
    ratios = _log_ratio(before, after)
    chosen = place - days
    inside = (centre >= day.min() + days) & (centre <= day.max() - days + 1)
    apart = (np.abs(centre[:, None] - place) >= 2 * days).all(axis=1)
    placebos = ratios[inside & apart & ~np.isnan(ratios)]
    rows = [
        {
            "event": events[number],
            "n_documents_before": int(before[2, at]),
            "n_documents_after": int(after[2, at]),
            "rate_before": _rate(before[:, at]),
            "rate_after": _rate(after[:, at]),
        }
        | _judge(ratios[at], placebos, len(placebos))
        for number, at in enumerate(chosen)
    ]
    known = chosen[~np.isnan(ratios[chosen])]
    if len(chosen) > 1:
        together = (
            rng.choice(placebos, (n_draws, len(known))).mean(axis=1) if len(known) and len(placebos) else placebos
        )
        joint = ratios[known].mean() if len(known) else np.nan
        counted = {"n_documents_before": int(before[2, known].sum()), "n_documents_after": int(after[2, known].sum())}
        rates = {
            f"rate_{name}": _rate(side[:, known].sum(axis=1)) for name, side in (("before", before), ("after", after))
        }
        rows.append({"event": pd.NaT} | counted | rates | _judge(joint, together, len(placebos)))
    return pd.DataFrame(rows)


def _rate(sums: np.ndarray) -> float:
    return sums[0] / sums[1] * _PER if sums[1] else np.nan


def _log_ratio(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Logarithm of the ratio of rates, one hit spread over the words of both; missing where a side has none."""
    spoken = (before[1] > 0) & (after[1] > 0)
    ratio = np.full(before.shape[1], np.nan)
    more = 1 / (before[1, spoken] + after[1, spoken])
    rates = [side[0, spoken] / side[1, spoken] + more for side in (before, after)]
    ratio[spoken] = np.log(rates[1]) - np.log(rates[0])
    return ratio


def _judge(ratio: float, placebos: np.ndarray, n_placebos: int) -> dict[str, float]:
    """Where a ratio stands among those of placebo dates."""
    low = high = p = np.nan
    if len(placebos) and not np.isnan(ratio):
        centre = np.median(placebos)
        extreme = (np.abs(placebos - centre) >= abs(ratio - centre) - _ROUNDING).sum()
        p = (extreme + 1) / (len(placebos) + 1)
        low, high = np.exp(np.quantile(placebos, [0.025, 0.975]))
    return {"ratio": np.exp(ratio), "placebo_low": low, "placebo_high": high, "n_placebos": n_placebos, "p": p}
