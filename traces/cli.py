"""The command line: seatrial check, trace, list."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.traces.codec import TraceError
from seatrial.traces.commands import check_command, list_command, trace_commands
from seatrial.traces.importers.errors import ManifestError

INPUT, UNKNOWN, INTERNAL, INTERRUPTED = 3, 4, 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="seatrial")
def seatrial() -> None:
    """Puts Kubernetes control loops through sea trials before they reach a cluster."""


seatrial.add_command(check_command.check)
seatrial.add_command(trace_commands.trace)
seatrial.add_command(list_command.list_things)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; exit codes: 0 holds, 1 violated, 2 usage, 3 input, 4 unknown, 70 internal, 130 Ctrl-C.

    Controllers are imported as from the folder one stands in.
    """
    sys.path.insert(0, str(Path.cwd()))
    sys.exit(run(lambda: seatrial.main(args=arguments, standalone_mode=False)))


def run(command: Callable[[], Any]) -> int:
    """Runs a command and turns what it raises into a message and an exit code."""
    try:
        code = command()
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (ManifestError, TraceError) as error:
        click.echo(str(error), err=True)
        return INPUT
    except ReplayDisagrees as error:
        click.echo(f"internal error: {error}; please report it with the command you ran", err=True)
        return INTERNAL
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0



if __name__ == "__main__":
    main()
