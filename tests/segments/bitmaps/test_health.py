"""What the health page and the metrics say of bitmaps."""

from segments import health
from segments.bitmaps import building, generations
from segments.models import BitmapIndex
from tests.conftest import Cast
from tests.segments.bitmaps.world import World


def test_nothing_is_said_before_anybody_has_bitmaps(cast: Cast) -> None:
    assert health.parts() == {}
    assert {gauge.samples[0].value for gauge in health.gauges()} == {0}


def test_bitmaps_that_answer_are_well_and_have_a_size(cast: Cast) -> None:
    World(cast.corp)
    building.build(cast.corp)
    size = BitmapIndex.objects.get().size
    assert size > 0
    assert health.parts() == {"bitmaps": {"status": "ok", "serving": 1, "missing": 0, "wrong": 0, "bytes": size}}
    assert {gauge.name: gauge.samples[0].value for gauge in health.gauges()}["scrm_bitmaps_bytes"] == size


def test_wrong_ones_and_those_of_another_release_are_missing(cast: Cast) -> None:
    for corp in (cast.corp, cast.other_corp):
        building.build(corp)
    generations.discard(cast.corp.pk, wrong=3)
    part = health.parts()["bitmaps"]
    assert (part["status"], part["serving"], part["missing"], part["wrong"]) == ("degraded", 1, 1, 3)
    BitmapIndex.objects.update(form=0)
    assert health.figures()["bitmaps_missing"] == 2
    assert health.figures()["bitmaps_bytes"] == 0
