"""Regression and classification that are judged on rows which the model has not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of

FOLDS = 5
SUSPICIOUS = 0.999
"""Score, or correlation of one column with the target, from which it is held for a leak."""
MAX_CATEGORIES = 30
SOURCE = "cross-validated (Stone, JRSS B 36, 1974)"


def regress(data: Any, target: str, features: list[str], time: str = "", group: str = "") -> Result:
    """A linear regression: coefficients with intervals, and the error on rows that it has not seen.

    Standard errors are robust to unequal variances (HC3: MacKinnon and White, J. Econometrics 29, 1985). Validation is
    by folds; with ``time`` each fold is tested on later rows, with ``group`` on other groups. Numbers are standardised
    and missing ones filled within each training fold alone.

    Args:
        data: A frame.
        target: The number to explain.
        features: The columns to explain it by.
        time: A column of moments: rows are then in order, and no fold is trained on the future of its test.
        group: A column of what belongs together, such as a customer: no group is then in training and test.

    Raises:
        ValueError: There are too few rows.
    """
    import statsmodels.api as sm
    from sklearn.linear_model import LinearRegression

    frame, x, y = _prepared(data, target, features, time, group)
    y = y.astype(float)
    scores, folds = _validated(LinearRegression(), frame, x, y, time, group, "r2")
    design = sm.add_constant(_encoded(x))
    fitted = sm.OLS(y.to_numpy(), design.to_numpy(float)).fit(cov_type="HC3")
    bounds = fitted.conf_int()
    table = pd.DataFrame({
        "term": design.columns, "coefficient": fitted.params, "low": bounds[:, 0], "high": bounds[:, 1],
        "p_value": fitted.pvalues,
    })  # fmt: skip
    score = float(np.mean(scores))
    leaks = _leaks(x, y)
    assumptions = [
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
    return Result(sentence, table, f"ordinary least squares with HC3 errors, {SOURCE}", tuple(assumptions),
                  {"score": score, "scores": scores, "leaks": leaks})  # fmt: skip


def classify(data: Any, target: str, features: list[str], time: str = "", group: str = "") -> Result:
    """A logistic regression, judged on rows that it has not seen and against guessing the commonest class.

    Scored by balanced accuracy, the mean share that is right of each class (Brodersen and others, ICPR 2010), so that
    a rare class counts as much as a common one. Validation as in ``regress``.

    Args:
        data, target, features, time, group: As for ``regress``; the target is a category.

    Raises:
        ValueError: There are too few rows, or one class alone.
    """
    from sklearn.linear_model import LogisticRegression

    frame, x, y = _prepared(data, target, features, time, group)
    y = y.astype(str)
    counts = y.value_counts()
    if len(counts) < 2 or counts.iloc[1] < FOLDS:
        raise ValueError(f"{target} needs two classes with at least {FOLDS} rows each.")
    model = LogisticRegression(max_iter=1_000, class_weight="balanced")
    scores, folds = _validated(model, frame, x, y, time, group, "balanced_accuracy")
    score, chance = float(np.mean(scores)), 1 / len(counts)
    codes = pd.Series(pd.factorize(y, sort=True)[0], y.index, dtype=float)
    leaks = _leaks(x, codes)
    table = pd.DataFrame({"fold": range(1, len(scores) + 1), "balanced_accuracy": scores})
    assumptions = (
        *_leak_assumptions(frame, x, leaks, group, score),
        Assumption(f"it is better than guessing ({chance:.0%})", bool(min(scores) > chance)),
        Assumption(f"the classes are balanced (the rarest has {counts.iloc[-1]:,} rows)",
                   bool(counts.iloc[-1] >= 0.1 * counts.iloc[0])),
    )  # fmt: skip
    sentence = f"{target} is told with a balanced accuracy of {score:.0%} on rows not seen; guessing gets {chance:.0%}."
    return Result(sentence, table, f"logistic regression, {SOURCE} over {folds} folds", assumptions,
                  {"score": score, "scores": scores, "leaks": leaks})  # fmt: skip


def _prepared(
    data: Any, target: str, features: list[str], time: str, group: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    frame = frame_of(data, *dict.fromkeys([target, *features, *filter(None, [time, group])]))
    frame = frame.dropna(subset=[target])
    frame = frame.sort_values(time, kind="stable") if time else frame
    if len(frame) < 4 * FOLDS:
        raise ValueError(f"{len(frame)} rows have a {target}; at least {4 * FOLDS} are needed.")
    return frame, frame[features], frame[target]


def _encoded(x: pd.DataFrame) -> pd.DataFrame:
    """Numbers with missing ones filled by the median, and categories as columns of zeros and ones."""
    numbers = x.select_dtypes(["number", "bool"])
    rest = x.drop(columns=numbers.columns).astype(str)
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
    from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = list(x.select_dtypes(["number", "bool"]).columns)
    texts = [column for column in x.columns if column not in numbers]
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MAX_CATEGORIES)
    steps = make_column_transformer((make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
                                    (encoder, texts))  # fmt: skip
    plain = x.assign(**{column: x[column].astype(str) for column in texts}) if texts else x
    folds: Any
    if time:
        folds = TimeSeriesSplit(FOLDS)
    elif group:
        folds = GroupKFold(min(FOLDS, frame[group].nunique()))
    elif scoring == "r2":
        folds = KFold(FOLDS, shuffle=True, random_state=0)
    else:
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    groups = frame[group] if group and not time else None
    scores = cross_val_score(make_pipeline(steps, model), plain, y, groups=groups, cv=folds, scoring=scoring)
    return [float(score) for score in scores], len(scores)


def _leaks(x: pd.DataFrame, y: pd.Series) -> list[str]:
    """Columns that are the target in another form: they alone tell it."""
    found = []
    for name in x.columns:
        column = x[name]
        if pd.api.types.is_numeric_dtype(column):
            known = column.notna()
            if known.sum() > 2 and column[known].nunique() > 1 and y[known].nunique() > 1:
                ranks = column[known].astype(float).rank().corr(y[known].rank())
                if abs(ranks) >= SUSPICIOUS:
                    found.append(str(name))
        elif 1 < column.nunique() <= len(column) / 3:
            within = y.groupby(column.astype(str)).transform("mean")
            if y.var() > 0 and (y - within).var() <= (1 - SUSPICIOUS) * y.var():
                found.append(str(name))
    return found


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
