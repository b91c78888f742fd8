"""Regression and classification that are judged on rows which the model has not seen."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of, left_out, numbers_of
from .series import moments_of

FOLDS = 5
SUSPICIOUS = 0.999
"""Score, or correlation of one column with the target, from which it is held for a leak."""
MAX_CATEGORIES = 30
MAX_LEVERAGE = 0.999
SOURCE = "cross-validated (Stone, JRSS B 36, 1974)"


def regress(data: Any, target: str, features: str | list[str], time: str = "", group: str = "") -> Result:
    """A linear regression: coefficients with intervals, and the error on rows that it has not seen.

    Standard errors are robust to unequal variances (HC3: MacKinnon and White, J. Econometrics 29, 1985; HC1 where a row
    decides a coefficient alone). Validation is by folds; with ``time`` each fold is tested on later moments, with
    ``group`` on other groups. Numbers are standardised and missing ones filled within each training fold alone. Dates
    count as days, and columns of one value are left out.

    Args:
        data: A frame.
        target: The number to explain.
        features: The columns to explain it by, or one.
        time: A column of moments: no fold is trained on the moments of its test, or on later ones.
        group: A column of what belongs together, such as a customer: no group is then in training and test.

    Raises:
        TypeError: The target is no number.
        ValueError: There are too few rows, moments or groups, or the target does not vary.
    """
    import statsmodels.api as sm
    from sklearn.linear_model import LinearRegression

    used = _prepared(data, target, features, time, group)
    frame, x, y = used.frame, used.features, numbers_of(used.target)
    if y.nunique() < 2:
        raise ValueError(f"{target} has one value in all rows, so there is nothing to explain.")
    features = list(x.columns)
    scores, folds = _validated(LinearRegression(), frame, x, y, time, group, "r2")
    design = sm.add_constant(_encoded(x), has_constant="add")
    if len(design.columns) >= len(design):
        raise ValueError(f"{len(design.columns)} terms cannot be told from {len(design)} rows: name fewer columns.")
    errors = "HC3" if _leverage(design.to_numpy(float)) < MAX_LEVERAGE else "HC1"
    fitted = sm.OLS(y.to_numpy(), design.to_numpy(float)).fit(cov_type=errors)
    bounds = fitted.conf_int()
    table = pd.DataFrame({
        "term": design.columns, "coefficient": fitted.params, "low": bounds[:, 0], "high": bounds[:, 1],
        "p_value": fitted.pvalues,
    })  # fmt: skip
    score = float(np.mean(scores))
    leaks = _leaks(x, y)
    assumptions = [
        *used.notes,
        *_leak_assumptions(frame, x, leaks, group, score),
        Assumption(f"the fit is no better on its own rows (R² {fitted.rsquared:.2f}) than on others ({score:.2f})",
                   bool(fitted.rsquared - score < 0.1)),
    ]  # fmt: skip
    condition = float(np.linalg.cond(_standardised(design.iloc[:, 1:])))
    assumptions.append(
        Assumption(f"the columns are not nearly the same (condition number {condition:.0f})", condition < 30)
    )
    sentence = (
        f"{', '.join(features)} explain {max(0.0, score):.0%} of the variance of {target} on rows not seen "
        f"(R² {score:.2f} over {folds} folds)."
    )
    return Result(sentence, table, f"ordinary least squares with {errors} errors, {SOURCE}", tuple(assumptions),
                  {"score": score, "scores": scores, "leaks": leaks})  # fmt: skip


def classify(data: Any, target: str, features: str | list[str], time: str = "", group: str = "") -> Result:
    """A logistic regression, judged on rows that it has not seen and against guessing the commonest class.

    Scored by balanced accuracy, the mean share that is right of each class (Brodersen and others, ICPR 2010), so that
    a rare class counts as much as a common one. Validation as in ``regress``.

    Args:
        data, target, features, time, group: As for ``regress``; the target is a category.

    Raises:
        ValueError: There are too few rows, moments or groups, or one class alone.
    """
    from sklearn.linear_model import LogisticRegression

    used = _prepared(data, target, features, time, group)
    classes = used.target.astype(str)
    counts = classes.value_counts()
    large = classes.isin(counts.index[counts >= FOLDS])
    counts = counts[counts >= FOLDS]
    if len(counts) < 2:
        raise ValueError(f"{target} needs two classes with at least {FOLDS} rows each.")
    if len(counts) > MAX_CATEGORIES:
        raise ValueError(f"{target} has {len(counts)} classes; at most {MAX_CATEGORIES} are told apart.")
    frame, x, y = used.frame[large], used.features[large], classes[large]
    rare = left_out(classes.to_frame(), y.to_frame(), f"a class of {FOLDS} rows or more")
    model = LogisticRegression(max_iter=1_000, class_weight="balanced")
    scores, folds = _validated(model, frame, x, y, time, group, "balanced_accuracy")
    score, chance = float(np.mean(scores)), 1 / len(counts)
    leaks = _class_leaks(x, y)
    table = pd.DataFrame({"fold": range(1, len(scores) + 1), "balanced_accuracy": scores})
    assumptions = (
        *used.notes,
        *rare,
        *_leak_assumptions(frame, x, leaks, group, score),
        Assumption(f"it is better than guessing ({chance:.0%})", bool(min(scores) > chance)),
        Assumption(f"the classes are balanced (the rarest has {counts.iloc[-1]:,} rows)",
                   bool(counts.iloc[-1] >= 0.1 * counts.iloc[0])),
    )  # fmt: skip
    sentence = f"{target} is told with a balanced accuracy of {score:.0%} on rows not seen; guessing gets {chance:.0%}."
    return Result(sentence, table, f"logistic regression, {SOURCE} over {folds} folds", assumptions,
                  {"score": score, "scores": scores, "leaks": leaks})  # fmt: skip


@dataclass(frozen=True)
class _Prepared:
    """Rows and columns that a model is made of.

    Attributes:
        frame: The rows, in order of time where there is one.
        features: The columns to explain by: numbers (dates as days) and texts.
        target: What is explained.
        notes: What was left out.
    """

    frame: pd.DataFrame
    features: pd.DataFrame
    target: pd.Series
    notes: tuple[Assumption, ...]


def _prepared(data: Any, target: str, features: str | list[str], time: str, group: str) -> _Prepared:
    features = [features] if isinstance(features, str) else list(dict.fromkeys(features))
    if target in features:
        raise ValueError(f"{target} cannot be explained by itself: leave it out of the features.")
    given = frame_of(data, *dict.fromkeys([target, *features, *filter(None, [time, group])]))
    known = given.dropna(subset=[target])
    if pd.api.types.is_float_dtype(known[target].dtype):
        known = known[numbers_of(known[target]).notna()]
    frame = known.dropna(subset=[*filter(None, [time, group])])
    notes = left_out(known, frame, " or ".join(filter(None, [time, group])))
    if time:
        frame = frame.assign(**{time: moments_of(frame[time])}).sort_values(time, kind="stable")
    if len(frame) < 4 * FOLDS:
        raise ValueError(f"{len(frame)} rows have a {target}; at least {4 * FOLDS} are needed.")
    columns = {name: _feature(frame[name]) for name in features}
    still = [name for name, column in columns.items() if column.nunique() + bool(column.isna().any()) < 2]
    if len(still) == len(features):
        raise ValueError("No column varies that the target could be explained by.")
    if still:
        notes += (Assumption(f"columns vary ({', '.join(still)} left out: one value in all rows)", False),)
    x = pd.DataFrame({name: column for name, column in columns.items() if name not in still})
    return _Prepared(frame, x, frame[target], notes)


def _feature(column: pd.Series) -> pd.Series:
    """Numbers as floats, dates as days since the first, durations as days, and all else as it is."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        moments = moments_of(column)
        column = moments - moments.min()
    if pd.api.types.is_timedelta64_dtype(column.dtype):
        days: pd.Series = column.dt.total_seconds() / 86_400
        return days
    try:
        return numbers_of(column)
    except TypeError:
        return column.astype(object)


def _leverage(design: np.ndarray[Any, Any]) -> float:
    """The greatest weight that one row has in its own fitted value."""
    directions, sizes, _ = np.linalg.svd(design, full_matrices=False)
    spanned = directions[:, sizes > sizes.max(initial=0.0) * 1e-10]
    return float((spanned**2).sum(axis=1).max())


def _encoded(x: pd.DataFrame) -> pd.DataFrame:
    """Numbers with missing ones filled by the median, and categories as columns of zeros and ones."""
    numbers = x.select_dtypes(["number", "bool"])
    rest = x.drop(columns=numbers.columns).map(str)  # a missing one is a category too
    rest = rest.apply(lambda column: column.where(column.isin(column.value_counts().index[:MAX_CATEGORIES]), "other"))
    dummies = pd.get_dummies(rest, drop_first=True, dtype=float) if len(rest.columns) else rest
    encoded: pd.DataFrame = pd.concat([numbers.astype(float).fillna(numbers.median()), dummies], axis=1)
    return encoded


def _standardised(x: pd.DataFrame) -> np.ndarray[Any, Any]:
    values = x.to_numpy(float)
    spread = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(spread > 0, spread, 1))


def _validated(
    model: Any, frame: pd.DataFrame, x: pd.DataFrame, y: pd.Series, time: str, group: str, scoring: str
) -> tuple[list[float], int]:
    """The scores on test folds; all that is learnt of the data, means and categories too, is learnt in training."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = list(x.select_dtypes(["number", "bool"]).columns)
    texts = [column for column in x.columns if column not in numbers]
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES)
    steps = make_column_transformer((make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                                    (encoder, texts))  # fmt: skip
    plain = x.assign(**{column: x[column].map(str) for column in texts}) if texts else x
    folds: Any
    if time or group:
        folds = _parted(frame, y, time, group, scoring)
    elif scoring == "r2":
        folds = KFold(FOLDS, shuffle=True, random_state=0)
    else:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a test fold may lack a class
        scores = cross_val_score(make_pipeline(steps, model), plain, y, cv=folds, scoring=scoring)
    return [float(score) for score in scores], len(scores)


def _parted(frame: pd.DataFrame, y: pd.Series, time: str, group: str, scoring: str) -> list[tuple[Any, Any]]:
    """Training and test rows by moments, by groups, or by both.

    Raises:
        ValueError: There are too few moments or groups, or no fold has rows to train on.
    """
    from sklearn.model_selection import GroupKFold, TimeSeriesSplit

    groups = pd.factorize(frame[group])[0] if group else np.arange(len(frame))
    if group and groups.max() < 1:
        raise ValueError(f"{group} has one value in all rows; two groups are needed at least.")
    if time:
        codes, moments = pd.factorize(frame[time], sort=True)
        if len(moments) <= FOLDS:
            raise ValueError(f"{time} has {len(moments)} moments; at least {FOLDS + 1} are needed.")
        parts = [(np.flatnonzero(np.isin(codes, before)), np.flatnonzero(np.isin(codes, after)))
                 for before, after in TimeSeriesSplit(FOLDS).split(moments)]  # fmt: skip
        if group:
            parts = [(train[~np.isin(groups[train], groups[test])], test) for train, test in parts]
    else:
        parts = list(GroupKFold(min(FOLDS, int(groups.max()) + 1)).split(frame, groups=groups))
    needed = 2 if scoring != "r2" else 1
    usable = [(train, test) for train, test in parts
              if len(train) >= FOLDS and len(test) >= 2 and y.iloc[train].nunique() >= needed]  # fmt: skip
    if len(usable) < 2:
        named = " and ".join(filter(None, [time, group]))
        raise ValueError(f"The rows cannot be parted by {named}: too few are left to train on, or all of one class.")
    return usable


def _leaks(x: pd.DataFrame, y: pd.Series) -> list[str]:
    """Columns that are the target in another form: they alone tell it, by their values or by where they have none."""
    return [str(name) for name in x.columns if _ranks_alike(x[name], y) or _tells(x[name], y)]


def _class_leaks(x: pd.DataFrame, y: pd.Series) -> list[str]:
    """The same of classes: numbers that part a class from all others, and values that each have one class."""
    ones = [(y == name).astype(float) for name in y.unique()]
    return [
        str(name) for name in x.columns
        if all(_tells(x[name], one) for one in ones) or all(_parts(x[name], one) for one in ones[: len(ones) - 1])
    ]  # fmt: skip


def _ranks_alike(column: pd.Series, y: pd.Series) -> bool:
    known = column.notna()
    if not pd.api.types.is_numeric_dtype(column) or known.sum() < 3:
        return False
    if column[known].nunique() < 2 or y[known].nunique() < 2:
        return False
    return bool(abs(column[known].astype(float).rank().corr(y[known].rank())) >= SUSPICIOUS)


def _tells(column: pd.Series, y: pd.Series) -> bool:
    """Whether the values of a column, few enough to be categories, leave nothing of the target open."""
    parts = column.isna().map(str) if column.nunique() > len(column) / 3 else column.map(str)
    if parts.nunique() < 2 or y.var() <= 0:
        return False
    within = y.groupby(parts).transform("mean")
    return bool((y - within).var() <= (1 - SUSPICIOUS) * y.var())


def _parts(column: pd.Series, one: pd.Series) -> bool:
    """Whether numbers part a class from the others: the area under the curve (Hanley and McNeil 1982) is 0 or 1."""
    known = column.notna()
    inside, outside = one[known] == 1, one[known] == 0
    if not pd.api.types.is_numeric_dtype(column) or not inside.any() or not outside.any():
        return False
    ranks = column[known].astype(float).rank()
    size = inside.sum()
    area = (ranks[inside].sum() - size * (size + 1) / 2) / (size * outside.sum())
    return bool(max(area, 1 - area) >= SUSPICIOUS)


def _leak_assumptions(
    frame: pd.DataFrame, x: pd.DataFrame, leaks: list[str], group: str, score: float
) -> list[Assumption]:
    repeated = int(frame.duplicated().sum()) if not group else 0
    return [
        Assumption("no column is the target in another form" if not leaks else
                   f"{', '.join(leaks)} tells the target alone: leaked from it?", not leaks),
        Assumption(f"no row is in training and test ({repeated:,} repeated rows)", repeated <= 0.01 * len(frame)),
        Assumption(f"the score is not too good to be true ({score:.3f})", score < SUSPICIOUS),
    ]  # fmt: skip
