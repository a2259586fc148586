"""The clock that tests may hold."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from broadsheet.kernel import clock


def test_the_clock_is_held_inside_the_block_and_runs_on_after_it():
    noon = datetime(2026, 8, 14, 14, tzinfo=timezone(timedelta(hours=2)))
    with clock.at(noon):
        assert clock.now() == datetime(2026, 8, 14, 12, tzinfo=UTC)
        with clock.at(noon + timedelta(days=1)):
            assert clock.now().day == 15
        assert clock.now().tzinfo is UTC
        assert clock.now().day == 14
    assert clock.now() > datetime(2026, 8, 15, 12, tzinfo=UTC) - timedelta(days=36_500)
    assert clock.now() != noon


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 8, 14)):  # noqa: DTZ001
        pass
