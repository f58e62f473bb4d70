"""Fair schedules: every (process, step, key) that stays possible gets its turn."""

from seatrial.model.cluster import Cluster, enabled, is_environment, step


def settle(cluster: Cluster, avoid: tuple[str, ...] = ("Fire",), limit: int = 600) -> Cluster:
    """Takes fair Actions, the one not taken for longest first, until none is left but those to avoid."""
    turns: dict[tuple[str, str, str], int] = {}
    for turn in range(limit):
        fair = [each for each in enabled(cluster) if not is_environment(each) and each.step not in avoid]
        if not fair:
            return cluster
        chosen = min(fair, key=lambda each: turns.get((each.process, each.step, each.key), -1))
        turns[chosen.process, chosen.step, chosen.key] = turn
        cluster = step(cluster, chosen)
    raise AssertionError(f"no rest after {limit} steps; enabled are {[str(each) for each in enabled(cluster)]}")
