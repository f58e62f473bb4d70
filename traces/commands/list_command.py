"""seatrial list: what there is to check, to break, to seed and to run."""

from collections.abc import Callable
from typing import Any

import click

from seatrial.model.faults import FAULTS
from seatrial.model.loops import LOOPS
from seatrial.model.variants import VARIANTS
from seatrial.properties.registry import PROPERTIES
from seatrial.traces.commands.options import format_option, print_json

LISTS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "controllers": lambda: [{"id": each.name, "watches": [watch.resource for watch in each.watches]}
                            for each in LOOPS],
    "faults": lambda: [{"id": each.name, "what": each.what, "budgets": list(each.budgets)} for each in FAULTS],
    "properties": lambda: [{"id": each.name, "kind": each.kind, "why": each.why, "link": each.link,
                            "restrictions": each.restrictions} for each in PROPERTIES],
    "variants": lambda: [{"id": each.id, "reference": each.reference, "what": each.what, "breaks": each.breaks}
                         for each in VARIANTS],
}


@click.command("list")
@click.argument("what", type=click.Choice(sorted(LISTS)))
@format_option
def list_things(what: str, form: str) -> int:
    """List properties, faults, variants or controllers."""
    rows = LISTS[what]()
    if form == "json":
        print_json(rows)
        return 0
    for row in rows:
        rest = [str(value) if isinstance(value, str) else ", ".join(value) for key, value in row.items() if key != "id"]
        click.echo(f"{row['id']}: {'; '.join(word for word in rest if word)}")
    return 0
