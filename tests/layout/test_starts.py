"""The state in which a page begins, as plain data."""

import marshal

import pytest

from packager.layout.blocks import DoubtError
from packager.layout.starts import Start

GROUPS = [["text", 6, {0: {0: None}}], ["wide", 1, {0: {0: {4: None}}}]]
STATE = [0], {"page": [7], "pages": [0]}, [{"pages", "page"}], GROUPS
CARRIED = ((1, {0: None}),)
START = Start(
    {0: {0: {5: {2: {1: None}}}}}, {"break": "any", "page": ""}, True, STATE, frozenset({2, 3}), CARRIED, False
)


def test_blocks_notes_and_pages_behind_an_edit_move() -> None:
    moved = START.shifted(5, 3, 2, 4)
    assert moved.resume == {0: {0: {8: {2: {1: None}}}}}
    assert moved.block == START.block + 3 == 8
    assert moved.pending == {3, 4, 5}
    assert moved.carried == ((3, {0: None}),)
    assert moved.state[1] == {"page": [11], "pages": [0]}
    assert moved.state[3] == [["text", 10, {0: {0: None}}], ["wide", 5, {0: {0: {4: None}}}]]
    assert START.shifted(6, 0, 0, 0) == START


def test_notes_that_are_new_are_still_to_come() -> None:
    assert START.among(4, 4) == START
    assert START.among(4, 6).waiting == {2, 3, 4, 5}
    assert START.among(4, 3).waiting == {2}


def test_the_first_page_begins_with_the_first_block() -> None:
    assert START._replace(resume=None).block == 0
    assert START._replace(resume={0: {0: None}}).block == 0
    with pytest.raises(DoubtError):
        assert START._replace(resume={1: None}).block


def test_a_state_is_plain_data() -> None:
    assert Start(*marshal.loads(marshal.dumps(tuple(START)))) == START
