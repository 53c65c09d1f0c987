"""The audit's question: break-evens, monotony, pooling. Never that its own arithmetic is right."""

from __future__ import annotations

import dataclasses

import pytest

from staffing.scenarios.iga_2013 import TAGS, Interconnection, Pools, week_shape

ASKED = Interconnection()


def test_every_input_in_dispute_says_where_it_comes_from() -> None:
    names = {f.name for f in dataclasses.fields(Interconnection)}
    assert set(TAGS) <= names
    assert all(tag.startswith(("published", "derived", "guess")) for tag in TAGS.values())
    assert week_shape().sum() == pytest.approx(1.0)


@pytest.mark.parametrize("posts", [3, 9])
def test_a_break_even_is_where_the_posts_become_right(posts: float) -> None:
    calls = ASKED.break_even_calls(posts)
    assert ASKED.marginal_fte(calls) >= posts > ASKED.marginal_fte(calls - 40)


def test_nine_posts_need_a_larger_level_two_share_than_three() -> None:
    assert 2 < ASKED.break_even_share(9) / ASKED.break_even_share(3) < 4
    heavier = dataclasses.replace(ASKED, aht_s=600.0)
    assert heavier.break_even_share(3) < ASKED.break_even_share(3)


@pytest.mark.parametrize("calls", [10_000, 20_000, 45_000])
def test_more_calls_need_more_posts_and_a_separate_cell_needs_most(calls: float) -> None:
    assert ASKED.marginal_fte(calls) < ASKED.marginal_fte(1.5 * calls)
    assert ASKED.fte(calls) > ASKED.marginal_fte(calls, ASKED.silo_calls) * 1.2
    assert ASKED.fte(calls) > ASKED.marginal_fte(calls) * 1.2


def test_nine_centres_need_more_posts_than_one_and_less_so_as_they_grow() -> None:
    small, large = Pools().curve(270_000), Pools().curve(600_000)
    assert small["ratio"].is_monotonic_increasing
    assert small["ratio"].iloc[-1] > large["ratio"].iloc[-1] > 1.15
    apart, pooled = Pools().silos((0.35, 0.3, 0.2, 0.1, 0.05), 250_000)
    assert apart > 1.15 * pooled


def test_the_answer_shares_out_all_of_the_money_asked() -> None:
    table = ASKED.answer().set_index("figure")["value"]
    assert table[["level 1, ministry", "level 1, callers", "level 1, platform"]].sum() == pytest.approx(1_300_000)
    assert table["level 1, ministry"] == pytest.approx(433_333, abs=1)


def test_more_feeder_prefectures_mean_more_calls_and_posts_on_both_levels() -> None:
    few, many = Interconnection(prefectures=14.0), Interconnection()
    assert 0 < few.level1_fte < many.level1_fte and few.marginal_fte(few.level2_calls) < many.marginal_fte(
        many.level2_calls
    )
    told = dict(many.answer()[["figure", "value"]].itertuples(index=False, name=None))
    assert told["calls transferred to level 1"] == pytest.approx(100 * 45_000 * 0.07)
    assert told["posts added to level 1"] == pytest.approx(many.level1_fte)
    assert 3.5 < told["price of a transferred call that this makes"] < 4.96, "as published for 2007 and 2008"


@pytest.mark.parametrize("posts", [3, 9])
def test_every_break_even_makes_the_posts_right(posts: float) -> None:
    """By prefectures, by share of level 2, by handle time: put in, each needs those posts."""
    by_sites = dataclasses.replace(ASKED, prefectures=ASKED.break_even_prefectures(posts))
    by_share = dataclasses.replace(ASKED, level2_share=ASKED.break_even_share(posts))
    by_aht = dataclasses.replace(ASKED, aht_s=ASKED.break_even_aht_s(posts))
    for asked in (by_sites, by_share, by_aht):
        assert asked.marginal_fte(asked.level2_calls) == pytest.approx(posts, abs=0.15)
