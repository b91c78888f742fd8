"""Statistics of the sandbox against scipy, statsmodels, published examples, and data made with a known answer."""

from __future__ import annotations

import analyst_statistics as st
import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from analyst_statistics.groups import hedges_g, shift, welch_anova
from analyst_statistics.series import regular
from analyst_statistics.unusual import modified_z
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway

from analyst_magic.engine.change_plan import plan_change
from analyst_magic.errors import Abstained
from analyst_magic.sources.kinds import source_of

# Student's own data: extra hours of sleep by two drugs (Student, Biometrika 6, 1908).
SLEEP = pd.DataFrame({
    "extra": [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0, 1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    "drug": ["a"] * 10 + ["b"] * 10,
})  # fmt: skip
# Admissions to Berkeley, 1973, six departments (Bickel, Hammel and O'Connell, Science 187, 1975).
BERKELEY = pd.DataFrame({
    "department": list("ABCDEF") * 2, "sex": ["men"] * 6 + ["women"] * 6,
    "applied": [825, 560, 325, 417, 191, 373, 108, 25, 593, 375, 393, 341],
    "admitted": [512, 353, 120, 138, 53, 22, 89, 17, 202, 131, 94, 24],
})  # fmt: skip


def held(result: st.Result) -> bool:
    return all(assumption.holds for assumption in result.assumptions)


def test_two_groups_are_compared_as_student_did() -> None:
    found = st.compare_groups(SLEEP, "extra", "drug")
    assert found.values["p_value"] == pytest.approx(0.07939, abs=1e-5)  # R: t.test(extra ~ group, sleep)
    assert (found.values["low"], found.values["high"]) == pytest.approx((-3.3654832, 0.2054832))
    assert "does not differ" in found.sentence
    assert "Welch" in found.method


def test_more_groups_are_those_of_statsmodels_and_their_pairs_are_corrected() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(np.repeat([0, 0, 0.8, 0], 50), np.repeat([1, 2, 1, 3], 50)),
                          "g": np.repeat(list("abcd"), 50)})  # fmt: skip
    samples = [part["x"].to_numpy() for _, part in frame.groupby("g")]
    expected = anova_oneway(samples, use_var="unequal", welch_correction=True)
    assert welch_anova(samples) == pytest.approx((expected.statistic, expected.pvalue))
    pairs = st.compare_groups(frame, "x", "g").values["pairs"]
    assert pairs["p_corrected"].tolist() == pytest.approx(multipletests(pairs["p_value"], method="holm")[1].tolist())


def test_skewed_small_groups_are_compared_by_ranks_and_it_is_said() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.lognormal(0, 2, 24), "g": ["a", "b"] * 12})
    found = st.compare_groups(frame, "x", "g")
    a, b = (part["x"] for _, part in frame.groupby("g"))
    assert found.values["p_value"] == pytest.approx(stats.mannwhitneyu(a, b).pvalue)
    assert any("ranks" in str(a) and not a.holds for a in found.assumptions)


def test_many_tests_of_nothing_find_nothing_after_correction() -> None:
    rng = np.random.default_rng(2)
    p = np.array([stats.ttest_ind(rng.normal(size=30), rng.normal(size=30)).pvalue for _ in range(200)])
    assert (p < 0.05).sum() > 0
    assert (st.adjust_p_values(p) < 0.05).sum() == 0
    for ours, theirs in (("holm", "holm"), ("fdr", "fdr_bh"), ("bonferroni", "bonferroni")):
        assert st.adjust_p_values(p, ours).tolist() == pytest.approx(multipletests(p, method=theirs)[1].tolist())
    with pytest.raises(ValueError, match="holm, bonferroni or fdr"):
        st.adjust_p_values(p, "none")


def test_shares_are_compared_by_chi_squared_or_fisher() -> None:
    tea = pd.DataFrame({"said": ["milk"] * 4 + ["tea"] * 4, "was": ["milk"] * 3 + ["tea"] * 4 + ["milk"]})
    found = st.compare_groups(tea, "said", "was")  # Fisher's lady tasting tea, 1935
    assert found.values["p_value"] == pytest.approx(0.4857143)
    assert "Fisher" in found.method
    large = pd.DataFrame(
        {"ok": [True] * 60 + [False] * 40 + [True] * 40 + [False] * 60, "g": ["a"] * 100 + ["b"] * 100}
    )
    assert st.compare_groups(large, "ok", "g").values["p_value"] == pytest.approx(0.004677735)


def test_the_size_of_an_effect_is_hedges_g() -> None:
    a, b = (part["extra"].to_numpy() for _, part in SLEEP.groupby("drug"))
    assert hedges_g(a, b) == pytest.approx(-0.8321811 * (1 - 3 / (4 * 18 - 1)), rel=1e-4)


def test_a_change_is_the_sum_of_its_segments_by_size_and_by_rate() -> None:
    frame = pd.DataFrame({
        "region": ["n"] * 3 + ["s"] * 2 + ["n"] * 2 + ["s"] * 2 + ["w"],
        "month": ["2024-02-10"] * 5 + ["2024-03-10"] * 5,
        "revenue": [10.0, 10, 10, 20, 20, 15, 15, 10, 10, 7],
    })  # fmt: skip
    frame["month"] = pd.to_datetime(frame["month"])
    found = st.explain_change(frame, "revenue", "region", "month", "2024-02", "2024-03")
    table = found.table.set_index("segment")
    assert found.values["change"] == -13.0
    assert table["change"].to_dict() == {"s": -20.0, "w": 7.0, "n": 0.0}
    assert (table["by_size"] + table["by_rate"]).tolist() == pytest.approx(table["change"].tolist())
    assert (table.loc["n", "by_size"], table.loc["n", "by_rate"]) == (-12.5, 12.5)
    assert "region s: -20" in found.sentence
    with pytest.raises(ValueError, match="no rows for 2024-07"):
        st.explain_change(frame, "revenue", "region", "month", "2024-02", "2024-07")


def test_without_a_model_an_investigation_splits_a_change_by_the_same_rules() -> None:
    days = ["2024-02-10 09:00"] * 7 + ["2024-02-29 23:30"] + ["2024-03-10 09:00"] * 7
    frame = pd.DataFrame({
        "day": pd.to_datetime(days).tz_localize("America/Lima"),
        "region": ["n"] * 3 + ["s"] * 2 + [None, "e", "n"] + ["n"] * 2 + ["s"] * 2 + ["w", None, "e"],
        "revenue": [10.0, 10, np.nan, 20, 20, 5, np.nan, 4, 15, np.nan, 10, 10, 7, 9, np.nan],
    })  # fmt: skip
    found = st.explain_change(frame, "revenue", "region", "day", "2024-02", "2024-03")
    assert found.values == {"before": 69.0, "after": 51.0, "change": -18.0}  # the last evening of February, in Lima
    steps = plan_change("Why did revenue fall in March 2024?", [source_of("sales", frame).card()]).steps
    sql = steps[1].code.text if steps[1].code else ""
    in_sql = duckdb.connect().register("sales", pa.table(frame)).sql(sql).df()
    columns = ["before", "after", "change", "by_size", "by_rate"]
    assert in_sql["region"].tolist() == found.table["segment"].tolist() == ["s", "n", "(none)", "w"]
    assert np.allclose(in_sql[columns].to_numpy(float), found.table[columns].to_numpy())
    assert "4 rows without revenue were left out" in str(found)
    assert "mostly by the mean per row" in found.sentence


def planned(question: str, frame: pd.DataFrame) -> list[pd.DataFrame]:
    """The tables of the steps that the offline planner plans."""
    steps = plan_change(question, [source_of("sales", frame).card()]).steps
    database = duckdb.connect().register("sales", pa.table(frame))
    return [database.sql(step.code.text).df() for step in steps if step.code]


def test_why_a_mean_changed_is_split_by_the_shares_and_the_means_of_groups() -> None:
    days = ["2024-02-10"] * 6 + ["2024-03-10"] * 6
    frame = pd.DataFrame({
        "day": pd.to_datetime(days),
        "region": ["n", "n", "n", "s", "s", "s", "n", "s", "s", "s", "s", "w"],
        "price": [10.0, 10, 10, 4, 4, np.nan, 12, 4, 4, 4, 6, 20],
    })  # fmt: skip
    whole, groups = planned("Why did the mean price rise in March 2024?", frame)
    before, after = frame.price[:6].mean(), frame.price[6:].mean()
    assert whole[["before", "after", "change"]].iloc[0].tolist() == pytest.approx([before, after, after - before])
    parts = groups.set_index("region")
    assert parts["change"].sum() == pytest.approx(after - before)
    assert (parts["by_mix"] + parts["by_rate"]).tolist() == pytest.approx(parts["change"].tolist())
    assert parts.loc["n", "by_rate"] == pytest.approx((12 - 10) * (3 / 5 + 1 / 6) / 2)
    assert parts.loc["w", ["by_mix", "by_rate"]].tolist() == pytest.approx([1 / 6 * (20 - (before + after) / 2), 0])


def test_a_mean_of_a_period_without_rows_is_not_known() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-03-10"]), "region": ["n"], "price": [10.0]})
    whole, *_ = planned("Why did the mean price rise in March 2024?", frame)
    assert whole["change"].isna().all()
    text = plan_change("Why did the mean price rise in March 2024?", [source_of("sales", frame).card()]).steps[0].code
    assert text is not None
    assert "No mean price is known for one of February 2024 and March 2024." in text.text


@pytest.mark.parametrize(("last", "against"), [("2024-03-31", 1), ("2024-03-20", None)])
def test_fewer_rows_of_a_shorter_month_are_compared_by_the_day(last: str, against: int | None) -> None:
    days = pd.date_range("2024-01-01", last)
    shorter = days[days.month == 2].repeat(3).union(days[days.month != 2].repeat(3))
    more = shorter.append(pd.DatetimeIndex(["2024-02-01"]))  # 88 rows in 29 days follow 93 in 31
    whole, *_ = planned("Why did sales fall in February 2024?", pd.DataFrame({"day": more, "region": "n"}))
    assert whole["change"].tolist() == [-5]
    assert whole["against"].tolist() == [1]
    march, *_ = planned("Why did sales change in March 2024?", pd.DataFrame({"day": more, "region": "n"}))
    assert march.get("against", pd.Series([None])).tolist() == [-1 if against else None]  # not where March is not whole


def test_why_a_median_changed_needs_a_model() -> None:
    frame = pd.DataFrame({"day": pd.to_datetime(["2024-02-10", "2024-03-10"]), "price": [10.0, 4]})
    with pytest.raises(Abstained, match="not of a median"):
        planned("Why did the median price fall in March 2024?", frame)


def test_a_period_may_be_a_year_in_a_column_of_numbers() -> None:
    frame = pd.DataFrame({"year": [2023.0, 2024.0, 2024.0], "kind": ["a", "a", "b"], "sold": [1, 2, 3]})
    assert st.explain_change(frame, "sold", "kind", "year", "2023", "2024").values["change"] == 4.0


def test_simpsons_paradox_is_seen_in_the_admissions_to_berkeley() -> None:
    found = st.explain_ratio(BERKELEY, "admitted", "applied", "department", "sex", "men", "women")
    assert found.values["change"] == pytest.approx(557 / 1835 - 1198 / 2691)  # women are admitted less often …
    assert found.values["by_rate"] > 0 > found.values["by_mix"]  # … though more often by department
    assert found.values["by_rate"] + found.values["by_mix"] == pytest.approx(found.values["change"])
    assert found.values["paradox"]
    assert "Simpson" in found.sentence


def test_outliers_are_those_of_the_modified_z_score() -> None:
    values = np.array([2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3])
    # By hand: the median is 2.45, the median distance from it 0.15.
    assert modified_z(values)[8:] == pytest.approx([0.6745 * 5.75 / 0.15, 0.6745 * 5.85 / 0.15])
    found = st.outliers(pd.DataFrame({"x": [10.0, 11, 12, 10, 11, 12, 11, 10, 400], "id": range(9)}), "x")
    assert found.table["id"].tolist() == [8]
    tail = np.random.default_rng(0).lognormal(3, 1, 2_000)
    assert st.outliers(pd.DataFrame({"x": tail}), "x").values["count"] < 10


def monthly(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"month": pd.date_range("2018-01-01", periods=len(values), freq="MS"), "v": values})


def test_a_season_and_a_trend_are_forecast_within_the_interval() -> None:
    rng = np.random.default_rng(4)
    t = np.arange(75)
    series = 100 + t + 20 * np.sin(2 * np.pi * t / 12) + rng.normal(0, 2, 75)
    found = st.forecast(monthly(series[:72]), "month", "v", 3)
    table = found.table
    assert table["period"].tolist() == ["2024-01", "2024-02", "2024-03"]
    assert ((table["low"] <= series[72:]) & (series[72:] <= table["high"])).all()
    assert found.values["method"] == "seasonal smoothing"
    assert found.values["mase"] < 0.5
    assert st.seasonality(monthly(series[:72]), "month", "v").values["strength"] > 0.9
    assert st.seasonality(monthly(np.full(40, 5.1)), "month", "v").values["strength"] == 0.0
    with pytest.raises(ValueError, match="too few"):
        st.forecast(monthly(series[:6]), "month", "v")


def test_a_random_walk_is_forecast_no_better_than_by_its_last_value() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(size=48)) + 50
    found = st.forecast(monthly(walk), "month", "v", 3)
    assert found.values["mase"] > 0.6
    width = found.table["high"] - found.table["low"]
    assert width.is_monotonic_increasing


def test_a_jump_is_found_where_it_is_and_noise_has_none() -> None:
    rng = np.random.default_rng(6)
    noise = rng.normal(0, 1, 60)
    jump = noise + np.where(np.arange(60) >= 24, 4, 0)
    assert st.change_points(monthly(jump), "month", "v").values["points"] == ["2020-01"]
    assert st.change_points(monthly(noise), "month", "v").values["points"] == []


def test_clusters_that_are_there_are_stable_and_noise_is_not() -> None:
    rng = np.random.default_rng(7)
    apart = pd.DataFrame(
        np.concatenate([rng.normal(c, 0.3, (60, 2)) for c in ((0, 0), (4, 0), (0, 4))]), columns=["x", "y"]
    )
    found = st.cluster(apart, ["x", "y"])
    assert found.values["number"] == 3
    assert found.values["stability"] > 0.95
    assert held(found)
    noise = pd.DataFrame(rng.uniform(size=(200, 5)), columns=list("abcde"))
    assert not held(st.cluster(noise, list("abcde")))


def test_a_regression_has_the_coefficients_of_statsmodels_and_an_honest_score() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"x": rng.normal(size=300), "z": rng.normal(size=300)})
    frame["y"] = 3 + 2 * frame["x"] + rng.normal(size=300)
    found = st.regress(frame, "y", ["x", "z"])
    expected = sm.OLS(frame["y"], sm.add_constant(frame[["x", "z"]])).fit(cov_type="HC3")
    assert found.table["coefficient"].tolist() == pytest.approx(expected.params.tolist())
    assert found.table["p_value"].tolist() == pytest.approx(expected.pvalues.tolist())
    assert found.values["score"] == pytest.approx(0.8, abs=0.06)
    assert held(found)
    noise = pd.DataFrame(rng.normal(size=(60, 21)), columns=[f"c{i}" for i in range(21)])
    overfitted = st.regress(noise, "c0", [f"c{i}" for i in range(1, 21)])
    assert overfitted.values["score"] < 0.1
    assert not held(overfitted)


def test_a_leak_is_named() -> None:
    rng = np.random.default_rng(9)
    frame = pd.DataFrame({"x": rng.normal(size=200), "churned": rng.random(200) < 0.3})
    frame["closed_account"] = frame["churned"].map({True: "yes", False: "no"})
    found = st.classify(frame, "churned", ["x", "closed_account"])
    assert found.values["leaks"] == ["closed_account"]
    assert not held(found)
    honest = st.classify(frame, "churned", ["x"])
    assert honest.values["leaks"] == []
    assert honest.values["score"] == pytest.approx(0.5, abs=0.12)


def test_rows_of_one_customer_are_never_in_training_and_test() -> None:
    rng = np.random.default_rng(10)
    customer = np.repeat(np.arange(40), 10)
    frame = pd.DataFrame(
        {"customer": customer, "code": rng.normal(size=40)[customer], "y": rng.normal(size=40)[customer]}
    )
    together = st.regress(frame, "y", ["code"], group="customer")
    assert together.values["score"] < 0.1


def test_a_frame_of_polars_is_taken_and_a_column_that_is_not_there_is_named() -> None:
    assert st.compare_groups(pl.from_pandas(SLEEP), "extra", "drug").values["p_value"] == pytest.approx(
        0.07939, abs=1e-5
    )
    with pytest.raises(KeyError, match="no column hours; there are: extra, drug"):
        st.compare_groups(SLEEP, "hours", "drug")


def test_groups_without_spread_and_rows_without_numbers_are_told() -> None:
    constant = pd.DataFrame({"x": [1.0] * 20, "g": ["a", "b"] * 10})
    with pytest.raises(ValueError, match="x is 1 in every row"):
        st.compare_groups(constant, "x", "g")
    one = pd.DataFrame({"x": [5.0, 4.0, 5.0, 6.5, 5.0, 5.5] * 6, "g": ["still", "moving"] * 18})
    assert "Mann-Whitney" in st.compare_groups(one, "x", "g").method
    endless = pd.DataFrame({"x": [np.inf, *range(39)], "g": ["a", "b"] * 20})
    assert "1 row without a finite x was left out" in str(st.compare_groups(endless, "x", "g"))
    with pytest.raises(TypeError, match="total_seconds"):
        st.compare_groups(pd.DataFrame({"x": pd.to_timedelta(range(20), unit="h"), "g": ["a", "b"] * 10}), "x", "g")
    with pytest.raises(ValueError, match="name x comes twice"):
        st.compare_groups(pd.DataFrame([[1, 2, "a"]] * 5, columns=["x", "x", "g"]), "x", "g")


def test_a_shift_by_ranks_is_that_of_hollander_and_wolfe() -> None:
    # Permeability of membranes (Hollander and Wolfe 1973, p. 69); R: wilcox.test(x, y, conf.int = TRUE) gives 0.305.
    x = np.array([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    y = np.array([1.15, 0.88, 0.90, 0.74, 1.21])
    middle, low, high = shift(x, y, 0.95)
    assert middle == pytest.approx(0.305, abs=1e-9)
    assert low < 0 < high


def test_a_test_that_was_not_made_counts_for_nothing() -> None:
    assert st.adjust_p_values([0.01, np.nan, 0.04]).tolist() == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    with pytest.raises(ValueError, match="between 0 and 1"):
        st.adjust_p_values([1.2])


def test_half_a_ratio_is_not_counted_as_zero_and_dates_may_be_texts() -> None:
    days = ["2024-02-01", "2024-02-15", "2024-03-01", "2024-03-20"] * 5
    frame = pd.DataFrame({"n": [1, np.nan] * 10, "m": [2] * 20, "s": ["a", "b"] * 10, "t": days})
    found = st.explain_ratio(frame, "n", "m", "s", "t", "2024-02", "2024-03")
    assert found.sentence == "n per m did not change: 0.5."
    assert "10 rows without n or m were left out" in str(found)
    with pytest.raises(ValueError, match="February is no period of dates"):
        st.explain_change(frame.assign(t=pd.to_datetime(frame["t"])), "m", "s", "t", "February", "March")


def test_weeks_gaps_and_missing_values_of_a_series_are_told() -> None:
    weeks = pd.DataFrame({"t": pd.date_range("2024-01-01", periods=40, freq="7D"), "v": range(40)})
    series, step, filled = regular(weeks, "t", "v")
    assert (step, len(series), filled) == ("W", 40, ())
    months = monthly(np.arange(24.0)).drop(index=[5, 6])
    months.loc[10, "v"] = np.nan
    series, step, filled = regular(months.sample(frac=1, random_state=0), "month", "v")
    assert (step, series.iloc[5], series.iloc[10]) == ("M", 0.0, 10.0)
    assert "2 months without any count as zero" in filled[0].text
    assert "1 month without one" in filled[1].text
    years = pd.DataFrame({"y": range(1990, 2020), "v": range(30)})
    assert regular(years, "y", "v")[1] == "Y"
    zone = monthly(np.arange(24.0))
    zone["month"] = zone["month"].dt.tz_localize("Europe/Berlin")
    assert str(regular(zone, "month", "v")[0].index[0]) == "2018-01"
    for frame, wrong in ((years.assign(y=range(30)), "no years"), (years.assign(y="x"), "no dates")):
        with pytest.raises((TypeError, ValueError), match=wrong):
            regular(frame, "y", "v")


def test_a_series_that_drifts_is_no_series_that_jumps() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(size=60))
    assert not held(st.change_points(monthly(walk), "month", "v", most=1))


def test_no_moment_is_trained_on_with_its_own_test_and_a_class_alone_is_told() -> None:
    rng = np.random.default_rng(12)
    frame = pd.DataFrame({"x": rng.normal(size=120), "t": np.repeat(pd.date_range("2024-01-01", periods=12), 10)})
    level = rng.normal(0, 5, 12)
    frame["y"] = np.repeat(level, 10)  # all rows of a moment are alike, and no moment tells the next
    assert st.regress(frame, "y", "x", time="t").values["score"] < 0.1
    with pytest.raises(ValueError, match="too few are left to train on, or all of one class"):
        st.classify(frame.assign(y=["a"] * 110 + ["b"] * 10), "y", "x", time="t")
    with pytest.raises(ValueError, match="two groups"):
        st.regress(frame.assign(g="one"), "y", ["x"], group="g")
    with pytest.raises(ValueError, match="one value in all rows"):
        st.regress(frame.assign(y=1.0), "y", ["x"])
    with pytest.raises(ValueError, match="cannot be explained by itself"):
        st.regress(frame, "y", ["x", "y"])
    assert "still" in str(st.regress(frame.assign(still=1), "y", ["x", "still"]))


def test_a_missing_category_is_one_of_its_own() -> None:
    frame = pd.DataFrame({"plan": ["basic", None, "large"] * 20, "y": [1.0, 5.0, 9.0] * 20})
    frame["y"] += np.random.default_rng(14).normal(0, 0.01, 60)
    table = st.regress(frame, "y", "plan").table.set_index("term")["coefficient"]
    assert table.round(1).tolist() == [1.0, 8.0, 4.0]  # of basic, and more than that of large and of none


@pytest.mark.parametrize("kind", ["threshold", "codes", "missing", "date"])
def test_a_leak_of_another_kind_is_named(kind: str) -> None:
    rng = np.random.default_rng(13)
    frame = pd.DataFrame({"x": rng.normal(size=150), "score": rng.normal(size=150)})
    frame["y"] = np.array(list("abc"))[np.arange(150) % 3] if kind == "codes" else frame["score"] > 0
    if kind == "codes":
        frame["score"] = np.array([2, 0, 1])[np.arange(150) % 3]
    elif kind == "missing":
        frame["score"] = frame["score"].where(frame["y"]).map(lambda v: rng.normal(), na_action="ignore")
    elif kind == "date":  # of closing the account: those that stay have none
        frame["score"] = pd.Series(pd.Timestamp("2024-01-01"), frame.index).where(frame["y"])
    assert st.classify(frame, "y", ["x", "score"]).values["leaks"] == ["score"]


def test_rows_that_are_the_same_make_no_more_clusters_than_there_are() -> None:
    twice = pd.DataFrame({"x": [1.0, 2.0] * 20, "y": [2.0, 3.0] * 20})
    assert st.cluster(twice, ["x", "y"]).values["number"] == 2
    with pytest.raises(ValueError, match="2 different rows cannot be put into 3 clusters"):
        st.cluster(twice, ["x", "y"], 3)


def test_every_method_names_its_source() -> None:
    for name in st.__all__:
        value = getattr(st, name)
        if callable(value) and not isinstance(value, type):
            assert any(year in (value.__doc__ or "") for year in map(str, range(1900, 2026))), name
