"""Comparison of groups: the fitting test, the size of the effect with its interval, and a correction for many tests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from .result import Assumption, Result, frame_of, left_out, numbers_of, p_text

MIN_LARGE_SAMPLE = 30
"""Values of a group from which its mean is nearly normal whatever its distribution (central limit theorem)."""
SKEWED = 2.0
MAX_GROUPS = 60
MAX_PAIRS = 2_000_000
"""Pairs of values that the shift of one group against another is computed from; of more, as many by chance."""
DRAWS = 9_999
"""Tables drawn by chance, where cells are too small for the chi-squared distribution."""


def compare_groups(data: Any, value: str, by: str, confidence: float = 0.95) -> Result:
    """Whether a value differs between groups, by how much, and between which.

    Numbers: Welch's t test of two groups, Welch's analysis of variance of more, and where a small or very skewed group
    rules means out the tests of Mann and Whitney, or Kruskal and Wallis, on ranks; the difference then is the median of
    all differences between two values of the groups, and the effect size the correlation of ranks. Categories and truth
    values: the chi-squared test of independence; of small tables Fisher's exact test (two by two), or tables drawn by
    chance. The pairs of more than two groups are corrected by Holm's method. Infinite values are left out.

    Sources: Welch, Biometrika 38 (1951); Kruskal and Wallis, JASA 47 (1952); Hedges, J. Educational Statistics 6 (1981)
    for the effect size; Hodges and Lehmann, Ann. Math. Statistics 34 (1963), for the shift; Glass, Educational and
    Psychological Measurement 25 (1965), for the correlation of ranks; Cramér, *Mathematical Methods of Statistics*
    (1946); Holm, Scand. J. Statistics 6 (1979).

    Args:
        data: A frame.
        value: The column that is compared.
        by: The column of groups.
        confidence: Of the interval.

    Raises:
        TypeError: The value is a time or a duration.
        ValueError: There are fewer than two groups with two values each, or all values are the same.
    """
    if value == by:
        raise ValueError(f"{value} cannot be compared between groups of itself.")
    given = frame_of(data, value, by)
    if _is_category(given[value]):
        return _compare_shares(given.dropna(), value, by, confidence)
    given = given[given[value].notna() & given[by].notna()]
    frame = given.assign(**{value: numbers_of(given[value])}).dropna()
    groups = {name: part[value].to_numpy(float) for name, part in frame.groupby(by, observed=True, sort=True)}
    single = sum(len(values) < 2 for values in groups.values())
    groups = {name: values for name, values in groups.items() if len(values) >= 2}
    if not 2 <= len(groups) <= MAX_GROUPS:
        which = "1 group" if len(groups) == 1 else f"{len(groups)} groups"
        raise ValueError(f"{by} has {which} with two values or more; 2 to {MAX_GROUPS} can be compared.")
    first = next(iter(groups.values()))[0]
    if all((values == first).all() for values in groups.values()):
        raise ValueError(f"{value} is {first:g} in every row, so its groups do not differ.")
    assumptions = [_shape(groups), *_spread(groups), *left_out(given, frame, f"a finite {value}")]
    if single:
        few = "1 group with one value was" if single == 1 else f"{single} groups with one value were"
        assumptions.append(Assumption(f"{few} left out", False))
    means = assumptions[0].holds
    samples = list(groups.values())
    statistic, p, method = _test(samples, means=means)
    pairs = _pairs(groups, means=means, confidence=confidence)
    table = _described(by, groups)
    values: dict[str, Any] = {"statistic": statistic, "p_value": p, "pairs": pairs}
    what = f"{value} {'differs' if p < 1 - confidence else 'does not differ'} significantly between"
    if len(groups) == 2:
        only = pairs.iloc[0]
        values |= {name: float(only[name]) for name in ("difference", "low", "high", "effect")}
        sentence = f"{what} {_pair_text(only, p, confidence, means=means)}"
    else:
        apart = int((pairs["p_corrected"] < 1 - confidence).sum())
        table = table.sort_values("mean", ascending=False, ignore_index=True)
        sentence = (
            f"{what} the {len(groups)} groups of {by} ({p_text(p)}); {apart} of {len(pairs)} pairs differ after "
            "correction."
        )
    return Result(sentence, table, method, tuple(assumptions), values)


def _described(by: str, groups: dict[Any, np.ndarray[Any, Any]]) -> pd.DataFrame:
    samples = groups.values()
    return pd.DataFrame({
        by: list(groups), "n": [len(v) for v in samples], "mean": [v.mean() for v in samples],
        "median": [np.median(v) for v in samples], "deviation": [v.std(ddof=1) for v in samples],
    })  # fmt: skip


def _pair_text(pair: pd.Series, p: float, confidence: float, *, means: bool) -> str:
    """Two groups, and how far apart they are."""
    how = "on average" if means else "typically"
    return (
        f"{pair['a']} and {pair['b']}: {pair['difference']:,.4g} {how} ({confidence:.0%} interval {pair['low']:,.4g} "
        f"to {pair['high']:,.4g}; {p_text(p)}, effect size {pair['effect']:.2f})."
    )


def _shape(groups: dict[Any, np.ndarray[Any, Any]]) -> Assumption:
    """Whether means may be compared: every group is large, or looks normal, and none is very skewed."""
    doubtful = []
    for name, values in groups.items():
        if np.ptp(values) == 0:
            bad = True
        elif len(values) >= MIN_LARGE_SAMPLE:
            bad = abs(stats.skew(values)) > SKEWED * max(1.0, (len(values) / 200) ** 0.5)
        else:
            bad = len(values) >= 3 and stats.shapiro(values).pvalue < 0.05
        if bad:
            doubtful.append(str(name))
    if doubtful:
        names = ", ".join(doubtful[:5])
        return Assumption(
            f"means are nearly normal (one value alone, very skewed or not normal: {names}), so ranks are compared",
            False,
        )
    return Assumption("means are nearly normal (groups of 30 values, or no departure by Shapiro and Wilk)", True)


def _spread(groups: dict[Any, np.ndarray[Any, Any]]) -> list[Assumption]:
    spreads = [values.var(ddof=1) for values in groups.values()]
    if min(spreads) <= 0:
        return [Assumption("every group varies", False)]
    ratio = max(spreads) / min(spreads)
    said = "equal variances are not needed (Welch)"
    return [Assumption(f"{said}; the largest is {ratio:.1f} times the smallest", True)]


def _test(samples: Sequence[np.ndarray[Any, Any]], *, means: bool) -> tuple[float, float, str]:
    if len(samples) == 2:
        if means:
            found = stats.ttest_ind(*samples, equal_var=False)
            return float(found.statistic), float(found.pvalue), "Welch's t test (Welch 1947)"
        return (*_ranked(*samples), "Mann-Whitney U test (Mann and Whitney 1947), shift by Hodges and Lehmann (1963)")
    if means:
        statistic, p = welch_anova(samples)
        return statistic, p, "Welch's analysis of variance (Welch 1951), pairs by Welch's t test with Holm's correction"
    found = stats.kruskal(*samples)
    return (
        float(found.statistic),
        float(found.pvalue),
        "Kruskal-Wallis test (1952), pairs by Mann-Whitney with Holm's correction",
    )


def _ranked(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> tuple[float, float]:
    """U and its p value; 1 where all values are the same."""
    if np.ptp(np.concatenate([x, y])) == 0:
        return len(x) * len(y) / 2, 1.0
    found = stats.mannwhitneyu(x, y, alternative="two-sided")
    return float(found.statistic), float(found.pvalue)


def welch_anova(samples: Sequence[np.ndarray[Any, Any]]) -> tuple[float, float]:
    """Welch's F and its p value: an analysis of variance without equal variances (Welch, Biometrika 38, 1951)."""
    number = len(samples)
    sizes = np.array([len(v) for v in samples], float)
    weights = sizes / np.maximum([v.var(ddof=1) for v in samples], 1e-300)
    means = np.array([v.mean() for v in samples])
    total = weights.sum()
    center = (weights * means).sum() / total
    spread = ((1 - weights / total) ** 2 / (sizes - 1)).sum()
    above = (weights * (means - center) ** 2).sum() / (number - 1)
    below = 1 + 2 * (number - 2) / (number**2 - 1) * spread
    statistic = above / below
    return float(statistic), float(stats.f.sf(statistic, number - 1, (number**2 - 1) / (3 * spread)))


def _pairs(groups: dict[Any, np.ndarray[Any, Any]], *, means: bool, confidence: float) -> pd.DataFrame:
    rows = []
    for a, b in combinations(groups, 2):
        x, y = groups[a], groups[b]
        statistic, p, _ = _test([x, y], means=means)
        if means:
            low, high = stats.ttest_ind(x, y, equal_var=False).confidence_interval(confidence)
            difference, effect = x.mean() - y.mean(), hedges_g(x, y)
        else:
            difference, low, high = shift(x, y, confidence)
            effect = 2 * statistic / (len(x) * len(y)) - 1
        rows.append({"a": a, "b": b, "difference": float(difference), "low": float(low), "high": float(high),
                     "effect": float(effect), "p_value": p})  # fmt: skip
    table = pd.DataFrame(rows)
    table["p_corrected"] = adjust_p_values(table["p_value"].to_numpy())
    return table


def shift(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], confidence: float) -> tuple[float, float, float]:
    """The median of all differences between a value of one group and one of the other, with its interval.

    Source: Hodges and Lehmann, Ann. Math. Statistics 34 (1963); the interval by the normal distribution of U (Moses;
    Hollander and Wolfe, *Nonparametric Statistical Methods*, 1973, section 4.3).
    """
    number = len(x) * len(y)
    if number <= MAX_PAIRS:
        differences = np.subtract.outer(x, y).ravel()
    else:
        draw = np.random.default_rng(0)
        differences = draw.choice(x, MAX_PAIRS) - draw.choice(y, MAX_PAIRS)
    half = stats.norm.ppf(0.5 + confidence / 2) * np.sqrt(number * (len(x) + len(y) + 1) / 12)
    share = max(0.0, 0.5 - half / number)
    middle, low, high = np.quantile(differences, (0.5, share, 1 - share))
    return float(middle), float(low), float(high)


def hedges_g(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> float:
    """The difference of means in pooled deviations, corrected for small samples (Hedges 1981)."""
    freedom = len(x) + len(y) - 2
    pooled = np.sqrt(((len(x) - 1) * x.var(ddof=1) + (len(y) - 1) * y.var(ddof=1)) / freedom)
    return float((x.mean() - y.mean()) / pooled * (1 - 3 / (4 * freedom - 1))) if pooled > 0 else 0.0


def adjust_p_values(p_values: Any, method: str = "holm") -> np.ndarray[Any, Any]:
    """p values corrected for their number.

    Holm, Scand. J. Statistics 6 (1979), bounds the chance of any false positive; Benjamini and Hochberg, JRSS B 57
    (1995), the share of them.

    Args:
        p_values: The p values of all tests that were made, in any order; a missing one (NaN) is a test that was not
            made, and stays missing.
        method: ``holm``, ``bonferroni`` or ``fdr`` (Benjamini and Hochberg).

    Raises:
        ValueError: There is no such method, or a value is no p value.
    """
    given = np.asarray(p_values, float)
    p = given[~np.isnan(given)]
    if ((p < 0) | (p > 1)).any():
        raise ValueError("A p value lies between 0 and 1.")
    corrected = np.full(given.shape, np.nan)
    corrected[~np.isnan(given)] = _adjusted(p, method)
    return corrected


def _adjusted(p: np.ndarray[Any, Any], method: str) -> np.ndarray[Any, Any]:
    number, order = len(p), np.argsort(p)
    if method == "bonferroni":
        return np.asarray(np.minimum(1.0, p * number))
    if method == "holm":
        ordered = np.maximum.accumulate(p[order] * (number - np.arange(number)))
    elif method == "fdr":
        ordered = np.minimum.accumulate((p[order] * number / np.arange(1, number + 1))[::-1])[::-1]
    else:
        raise ValueError(f"There is no method {method}: use holm, bonferroni or fdr.")
    corrected = np.empty(number)
    corrected[order] = np.minimum(1.0, ordered)
    return corrected


def _is_category(column: pd.Series) -> bool:
    """Whether values are compared by their shares: truth values, texts and categories."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return True
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or pd.api.types.is_timedelta64_dtype(column.dtype):
        return False
    try:
        numbers_of(column)
    except TypeError:
        return True
    return False


def _compare_shares(frame: pd.DataFrame, value: str, by: str, confidence: float) -> Result:
    counts = pd.crosstab(frame[by], frame[value])
    if counts.shape[0] < 2 or counts.shape[1] < 2:
        raise ValueError(f"{value} and {by} need two values each to be compared.")
    if max(counts.shape) > MAX_GROUPS:
        wide = by if counts.shape[0] > MAX_GROUPS else value
        raise ValueError(f"{wide} has {max(counts.shape)} values; shares of at most {MAX_GROUPS} are compared.")
    found = stats.chi2_contingency(counts, correction=False)
    expected = float(np.min(found.expected_freq))
    fits = expected >= 5
    p, method = float(found.pvalue), "chi-squared test of independence (Pearson 1900)"
    if not fits and counts.shape == (2, 2):
        p, method = float(stats.fisher_exact(counts).pvalue), "Fisher's exact test (Fisher 1935)"
    elif not fits:
        drawn = stats.MonteCarloMethod(n_resamples=DRAWS, rng=np.random.default_rng(0))
        p = float(stats.chi2_contingency(counts.to_numpy(), correction=False, method=drawn).pvalue)
        method = f"chi-squared test against {DRAWS:,} tables drawn by chance (Hope, JRSS B 30, 1968)"
    strength = float(np.sqrt(found.statistic / counts.to_numpy().sum() / (min(counts.shape) - 1)))
    assumption = Assumption(f"at least 5 rows are expected in each cell (the least is {expected:.1f})", fits)
    table = counts.div(counts.sum(axis=1), axis=0).reset_index()
    table.columns = pd.Index(map(str, table.columns))
    verb = "differ" if p < 1 - confidence else "do not differ"
    sentence = (
        f"The shares of {value} {verb} significantly between the groups of {by} "
        f"({p_text(p)}, Cramér's V {strength:.2f})."
    )
    return Result(sentence, table, method, (assumption,), {"p_value": p, "effect": strength})
