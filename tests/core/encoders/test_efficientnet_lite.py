"""The network against the sizes that its authors published."""

import pytest

pytest.importorskip("keras")

from fashion_plugin.encoders.efficientnet_lite import efficientnet_lite

pytestmark = pytest.mark.train


@pytest.mark.parametrize(("variant", "millions"), [(0, 4.7), (1, 5.4), (2, 6.1), (3, 8.2), (4, 13.0)])
def test_it_has_as_many_parameters_as_published(variant: int, millions: float) -> None:
    network = efficientnet_lite(variant)
    classifier = 1280 * 1000 + 1000
    assert network.count_params() + classifier == pytest.approx(millions * 1e6, rel=0.02)


def test_each_stage_halves_the_map_where_the_paper_does() -> None:
    network = efficientnet_lite(0, input_shape=(224, 224, 3))
    shapes = [tuple(network.get_layer(f"block_{number}_out").output.shape[1:]) for number in range(16)]
    assert shapes == [
        (112, 112, 16),
        *[(56, 56, 24)] * 2,
        *[(28, 28, 40)] * 2,
        *[(14, 14, 80)] * 3,
        *[(14, 14, 112)] * 3,
        *[(7, 7, 192)] * 4,
        (7, 7, 320),
    ]
    assert network.output.shape[1:] == (7, 7, 1280)
    assert efficientnet_lite(0, head=False).output.shape[1:] == (7, 7, 320)
