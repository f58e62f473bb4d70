"""How long each proof takes: all of them, three times over, the median of each; and how long placements take.

No test of the suite: `make bench-symbolic` runs it, its figures go to build/bench-symbolic.json. Lifting is part of the
time of the first proof of a model in each round, which begins with nothing lifted.
"""

import json
import sys
from pathlib import Path
from statistics import median

from seatrial.properties.checking.symbolic.proof import prove
from seatrial.properties.checking.symbolic.proofs import PROOFS
from seatrial.properties.checking.symbolic.system import compile_model, compile_transition
from tests.benchmarks.bench_place import measured

ROUNDS = 3


def main(path: Path) -> None:
    """Writes the medians, their sum and the longest; prints them."""
    seconds: dict[str, list[float]] = {each.name: [] for each in PROOFS}
    for _ in range(ROUNDS):
        compile_model.cache_clear()
        compile_transition.cache_clear()
        for each in PROOFS:
            found = prove(each)
            if not found.is_expected:
                sys.exit(f"{each.name}: {found.verdict}, but {each.expected} was expected")
            seconds[each.name].append(found.seconds)
    medians = {name: round(median(each), 3) for name, each in seconds.items()}
    longest = max(medians, key=lambda name: medians[name])
    placements = measured()
    report = {"proofs": medians, "together": round(sum(medians.values()), 2), "longest": longest,
              "placements": placements}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    for name, row in placements.items():
        print(f"{name}: {row['median']} s, {row['longest']} s at most, {row['answered']} answered")
    print(f"{len(medians)} proofs in {report['together']} s; {longest} takes longest, {medians[longest]} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
