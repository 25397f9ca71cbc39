"""Counting people with a few kilobytes: each once, however often and wherever they spoke."""

from __future__ import annotations

import random

import pytest

from eyelevel.listening import people


def authors(many, *, seed=7):
    chance = random.Random(seed)
    return [chance.getrandbits(63) for _ in range(many)]


@pytest.mark.parametrize("many", [0, 1, 2, 3, 5, 10, 20, 30])
def test_a_few_people_are_counted_to_the_person(many):
    assert people.count(people.add(people.EMPTY, authors(many))) == many


@pytest.mark.parametrize("many", [100, 1_000, 10_000, 100_000])
def test_many_people_are_counted_within_five_in_a_hundred(many):
    sketch = people.add(people.EMPTY, authors(many))
    assert abs(people.count(sketch) - many) <= 0.05 * many
    assert len(sketch) <= people.PLACES + 1


def test_who_speaks_again_is_counted_once():
    sketch = people.EMPTY
    for _ in range(5):
        sketch = people.add(sketch, authors(25))
    assert people.count(sketch) == 25


def test_sketches_of_two_hours_together_count_those_in_both_once():
    both = authors(60)
    early, late = people.add(people.EMPTY, both[:40]), people.add(people.EMPTY, both[20:])
    assert people.merge(early, late) == people.add(people.EMPTY, both)
    assert people.merge(early, early) == early
    assert people.merge() == people.merge(people.EMPTY) == people.EMPTY


def test_a_large_and_a_small_sketch_merge_like_one():
    crowd, few = authors(9_000, seed=1), authors(12, seed=2)
    merged = people.merge(people.add(people.EMPTY, crowd), people.add(people.EMPTY, few))
    assert merged == people.add(people.add(people.EMPTY, few), crowd)


def test_a_sketch_keeps_no_number_of_an_author():
    one = authors(1)[0]
    assert one.to_bytes(8, "big") not in people.add(people.EMPTY, [one])
    assert len(people.add(people.EMPTY, [one])) == 4
