"""The command line: seatrial check, prove, place, trace, list."""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from seatrial.properties.checking.explore.refusals import Refused
from seatrial.properties.checking.replay import ReplayDisagrees
from seatrial.traces.codec import TraceError
from seatrial.traces.commands import check_command, list_command, place_command, prove_command, trace_commands
from seatrial.traces.importers.errors import ManifestError

INPUT, UNKNOWN, INTERNAL, INTERRUPTED = 3, 4, 70, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="seatrial")
def seatrial() -> None:
    """Puts Kubernetes control loops through sea trials before they reach a cluster."""


seatrial.add_command(check_command.check)
seatrial.add_command(prove_command.prove_command)
seatrial.add_command(place_command.place_command)
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
    except (ManifestError, TraceError, Refused) as error:
        click.echo(str(error), err=True)
        return INPUT
    except ReplayDisagrees as error:
        click.echo(f"internal error: {error}; please report it with the command you ran", err=True)
        return INTERNAL
    except OSError as error:
        click.echo(f"{error.filename or 'a file'}: {error.strerror or error}: give a place one can use", err=True)
        return INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- whatever else is wrong is a defect of ours, or of a user's controller
        click.echo(say_defect(error), err=True)
        return INTERNAL
    return code if isinstance(code, int) else 0


def say_defect(error: Exception) -> str:
    """An exception that nobody expected: what it was, and where."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
    return (f"internal error: {type(error).__name__}: {error}{where}; if it is not in your own "
            "controller, please report it with the command you ran")

if __name__ == "__main__":
    main()
