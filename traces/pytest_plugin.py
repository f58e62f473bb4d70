"""The pytest plugin: one test per property for the manifests that an ini line names.

    [pytest]
    seatrial_manifests = deploy/*.yaml

It registers no Hypothesis profile unless `--seatrial-profile` asks for one (then as `seatrial-ci`), and imports the
engines only when there is something to check.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

GROUP = "seatrial"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options, all prefixed --seatrial-, and the ini lines."""
    group = parser.getgroup(GROUP, "Kubernetes control loops under faults")
    group.addoption("--seatrial-seed", type=int, default=0, help="Seed of the walks.")
    group.addoption("--seatrial-seconds", type=float, default=None, help="Seconds to search each manifest.")
    group.addoption("--seatrial-steps", type=int, default=20_000, help="Steps to search each manifest: reproducible.")
    group.addoption("--seatrial-faults", default=None, help="Faults, by name; all by default.")
    group.addoption("--seatrial-engine", choices=("walk", "hypothesis", "explore"), default="walk",
                    help="How to search; explore exhausts each scope, in 60 seconds unless told otherwise.")
    group.addoption("--seatrial-out", default="traces/found", help="Where counterexamples are written.")
    group.addoption("--seatrial-profile", action="store_true", default=False,
                    help="Register the Hypothesis profile seatrial-ci.")
    parser.addini("seatrial_manifests", "Manifests to check, as globs from the root folder.", type="args", default=[])
    parser.addini("seatrial_nodes", "A file of Nodes, or how many equal ones.", default="3")
    parser.addini("seatrial_faults", "Faults, by name; all by default.", default="all")


def pytest_configure(config: pytest.Config) -> None:
    """Adds the manifests to what plain `pytest` collects."""
    if config.getoption("--seatrial-profile"):
        from hypothesis import settings  # noqa: PLC0415 -- only when asked

        from seatrial.properties.checking.machine import settings_for  # noqa: PLC0415 -- only when asked

        settings.register_profile("seatrial-ci", settings_for("ci"))
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args.extend(str(path) for path in manifests_of(config) if str(path) not in config.args)


def manifests_of(config: pytest.Config) -> tuple[Path, ...]:
    """The files that the ini line names."""
    found: dict[Path, None] = {}
    for pattern in config.getini("seatrial_manifests"):
        found.update(dict.fromkeys(sorted(config.rootpath.glob(pattern))))
    return tuple(found)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Makes a collector of each manifest that the ini line names."""
    if file_path in manifests_of(parent.config):
        return ManifestFile.from_parent(parent, path=file_path)
    return None


class ManifestFile(pytest.File):
    """A manifest: one campaign, one test per property."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per property that applies; none for the file of nodes on which the others run."""
        from seatrial.properties.property import SOMETIMES  # noqa: PLC0415 -- lazily
        from seatrial.traces.campaign import holds_only_nodes  # noqa: PLC0415 -- lazily
        from seatrial.traces.importers.errors import ManifestError  # noqa: PLC0415 -- lazily

        nodes = self.config.getini("seatrial_nodes")
        try:
            if self.config.rootpath / nodes == self.path and holds_only_nodes(self.path):
                return
            properties = self.campaign.properties
        except (ManifestError, ValueError) as error:
            raise self.CollectError(f"seatrial: {error}") from error
        for each in properties:
            if each.kind != SOMETIMES:
                yield PropertyItem.from_parent(self, name=each.name, campaign=self.campaign)

    @cached_property
    def campaign(self) -> Any:  # noqa: ANN401 -- a Campaign, imported lazily
        """The scope of this manifest and its properties."""
        from seatrial.traces.campaign import campaign_of  # noqa: PLC0415 -- lazily

        config = self.config
        faults = config.getoption("--seatrial-faults") or config.getini("seatrial_faults")
        return campaign_of(
            self.path, nodes=config.getini("seatrial_nodes"), root=config.rootpath,
            faults=tuple(each.strip() for each in faults.split(",") if each.strip()),
            engine=config.getoption("--seatrial-engine"), seed=config.getoption("--seatrial-seed"),
            seconds=config.getoption("--seatrial-seconds"), steps=config.getoption("--seatrial-steps"),
            out=config.rootpath / config.getoption("--seatrial-out"))


class PropertyItem(pytest.Item):
    """One property of one manifest."""

    def __init__(self, *, campaign: Any, **given: Any) -> None:  # noqa: ANN401 -- a Campaign, and pytest's own
        super().__init__(**given)
        self.campaign = campaign

    def runtest(self) -> None:
        """Fails with the counterexample, or with why nothing can be said."""
        said = self.campaign.failure_of(self.name)
        if said:
            raise ManifestBroken(said)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ANN401
        """The counterexample alone, without a traceback."""
        if isinstance(excinfo.value, ManifestBroken):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the item comes from."""
        return self.path, 0, f"{self.path.name}: {self.name}"


class ManifestBroken(Exception):  # noqa: N818 -- it names what is wrong
    """A manifest breaks a property; the message is the counterexample."""
