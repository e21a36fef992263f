"""Layers on top of bitmaps, compared with a plain table of who has what."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from segments.bitmaps import layers, packing
from segments.bitmaps.layers import Layer

NAMES = ["a", "城市=北京;", "c"]
# Customer → the atoms that are true of them now; none for one who was deleted.
Fold = dict[int, frozenset[str]]
folds: st.SearchStrategy[list[Fold]] = st.lists(
    st.dictionaries(st.integers(0, 9), st.frozensets(st.sampled_from(NAMES)), max_size=5), max_size=6
)


def layer(fold: Fold) -> Layer:
    maps = {name: BitMap(ident for ident, held in fold.items() if name in held) for name in NAMES}
    return Layer(BitMap(fold), {name: ids for name, ids in maps.items() if ids})


def table(of: list[Fold]) -> Fold:
    """The folds one after the other."""
    return {ident: held for fold in of for ident, held in fold.items()}


@given(folds)
def test_layers_in_one_say_what_they_say_on_each_other(some: list[Fold]) -> None:
    joined = layers.merged(map(layer, some))
    assert joined == layer(table(some))


@given(folds, folds)
def test_layers_may_be_joined_in_any_groups_and_twice(some: list[Fold], more: list[Fold]) -> None:
    first, second = layers.merged(map(layer, some)), layers.merged(map(layer, more))
    whole = layers.merged(map(layer, [*some, *more]))
    assert layers.merged([first, second]) == whole
    assert layers.merged([first, whole]) == layers.merged([whole, second]) == whole


@given(folds, folds)
def test_what_is_below_counts_only_for_who_is_not_in_the_layer(below: list[Fold], above: list[Fold]) -> None:
    base, top, now = layer(table(below)), layers.merged(map(layer, above)), layer(table([*below, *above]))
    for name in NAMES:
        assert top.over(name, base.maps.get(name, BitMap())) == now.maps.get(name, BitMap())


def test_an_empty_layer_copies_nothing() -> None:
    ids = BitMap([1, 2])
    assert Layer().over("a", ids) is ids


@given(folds)
def test_a_layer_is_the_same_packed_and_unpacked(some: list[Fold]) -> None:
    one = layer(table(some))
    assert layers.unpacked(one.packed()) == one


def test_bitmaps_are_the_same_packed_and_unpacked() -> None:
    maps = {"": BitMap(), "城市=北京;": BitMap([0, 7, 2**32 - 1]), "all": BitMap(range(100_000))}
    assert packing.unpack(packing.pack(maps)) == maps
    assert packing.unpack(packing.pack({})) == {}


def test_a_column_without_bytes_is_an_empty_bitmap() -> None:
    assert packing.loaded(b"") == BitMap()
    assert packing.loaded(BitMap([3]).serialize()) == BitMap([3])
