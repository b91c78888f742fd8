"""Groups of similar rows, and whether they would be found again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .result import Assumption, Result, frame_of, numbers_of

MAX_ROWS = 20_000
STABLE = 0.8


def cluster(data: Any, columns: str | list[str], number: int = 0, most: int = 8) -> Result:
    """Clusters by k-means on standardised numbers; how many by the silhouette, and how stable by resampling.

    Sources: Lloyd, IEEE Trans. Information Theory 28 (1982); Rousseeuw, J. Comp. Applied Mathematics 20 (1987), the
    silhouette; Hubert and Arabie, J. Classification 2 (1985), the adjusted Rand index; Lange and others, Neural
    Computation 16 (2004), stability.

    Args:
        data: A frame.
        columns: Columns of numbers, or one.
        number: How many clusters; 0 for the number with the best silhouette.
        most: The largest number that is tried.

    Raises:
        TypeError: A column holds no numbers.
        ValueError: There are fewer than 10 rows without a missing value, or fewer different ones than clusters.
    """
    columns = [columns] if isinstance(columns, str) else list(columns)
    if not columns:
        raise ValueError("Name the columns that the clusters are made by.")
    frame = frame_of(data, *columns).apply(numbers_of)
    whole = frame.dropna()
    if len(whole) < 10:
        raise ValueError(f"{len(whole)} rows have a value in every column; at least 10 are needed.")
    random = np.random.default_rng(0)
    rows = whole.iloc[random.choice(len(whole), min(MAX_ROWS, len(whole)), replace=False)]
    points = rows.to_numpy(float)
    points = (points - points.mean(axis=0)) / np.where(points.std(axis=0) > 0, points.std(axis=0), 1)
    different = len(np.unique(points, axis=0))
    if different < max(2, number) or number == 1:
        raise ValueError(f"{different:,} different rows cannot be put into {number or 2} clusters; 2 are the fewest.")

    tried = [number] if number else range(2, min(most, len(points) // 3, different) + 1)
    scores = {count: _silhouette(points, count) for count in tried}
    best = max(scores, key=lambda count: scores[count])
    model = _fitted(best, points)
    stability = _stability(points, model, random)
    table = rows.assign(cluster=model.labels_ + 1).groupby("cluster")[columns].mean().reset_index()
    table.insert(1, "rows", np.bincount(model.labels_).tolist())
    sentence = (
        f"{best} clusters fit best (silhouette {scores[best]:.2f}); found again on resampled rows with a Rand index of "
        f"{stability:.2f} of 1."
    )
    assumptions = (
        Assumption(f"the clusters are found again on resampled rows ({stability:.2f})", stability >= STABLE),
        Assumption(f"the clusters are apart (silhouette {scores[best]:.2f}, over 0.25)", scores[best] >= 0.25),
        Assumption(f"{len(frame) - len(whole):,} rows with missing values were left out", len(whole) == len(frame)),
    )
    labels = pd.Series(model.labels_ + 1, rows.index, name="cluster")
    return Result(sentence, table, "k-means (Lloyd 1982) on standardised columns", assumptions,
                  {"number": best, "stability": stability, "labels": labels})  # fmt: skip


def _fitted(count: int, points: Any) -> Any:
    from sklearn.cluster import KMeans

    return KMeans(count, n_init=5, random_state=0).fit(points)


def _silhouette(points: Any, count: int) -> float:
    """How far apart that many clusters are, of 1."""
    from sklearn.metrics import silhouette_score

    labels = _fitted(count, points).labels_
    return float(silhouette_score(points, labels, sample_size=min(2_000, len(points)), random_state=0))


def _stability(points: Any, model: Any, random: np.random.Generator) -> float:
    """How much clusters that are found in resampled rows agree with a model's: the mean of ten Rand indices."""
    from sklearn.metrics import adjusted_rand_score

    resampled = (points[random.choice(len(points), len(points))] for _ in range(10))
    again = (_fitted(len(model.cluster_centers_), rows).predict(points) for rows in resampled)
    return float(np.mean([adjusted_rand_score(model.labels_, labels) for labels in again]))
