"""ImageLocality."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.model.api.core import ContainerImage, Node
from seatrial.model.scheduler.cycle import score_nodes
from seatrial.model.scheduler.node_info import new_node_info
from seatrial.model.scheduler.plugins.image_locality import MIB, PLUGIN, calculate_priority, normalized_image_name
from tests.strategies.scheduler_objects import new_node, new_pod


@given(st.integers(0, 10**13), st.integers(1, 10))
def test_scores_are_between_0_and_100(total: int, containers: int) -> None:
    """Whatever the images weigh."""
    assert 0 <= calculate_priority(total, containers) <= 100


def test_names_without_a_tag_mean_latest() -> None:
    """A port in the registry's name is no tag."""
    names = ("a", "a:1", "host:5000/a", "host:5000/a:1", "a@sha256:0")
    assert ["a:latest", "a:1", "host:5000/a:latest", "host:5000/a:1", "a@sha256:0"] == [
        normalized_image_name(name) for name in names]


def test_a_large_image_attracts_where_it_is_common() -> None:
    """A node with the image beats one without; the same image on fewer nodes is worth less."""
    image = (ContainerImage(("image:latest",), 800 * MIB),)
    with_it, second, without = new_node("a", images=image), new_node("b", images=image), new_node("c")

    def scores(*nodes: Node) -> list[int]:
        infos = tuple(new_node_info(node) for node in nodes)
        assert PLUGIN.pre_score is not None
        state = PLUGIN.pre_score(new_pod(), infos, infos).state
        return list(score_nodes(PLUGIN, state, new_pod(), infos).raw)

    common, rare = scores(with_it, second, without), scores(with_it, without, new_node("d"))
    assert common[0] > rare[0] > common[2] == 0
