"""What users do, as one types it at kubectl: `scale deployment/web --replicas=3`, `set image deployment/web app=app:2`.

Each command becomes records of `seatrial.model.users`. The objects that it names must be there when the run begins,
else it could never be taken, and a slip of the pen would go unnoticed. Left out: kubectl's other flags, and its
selectors (`-l`, `--all`): name each object.
"""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from seatrial.model.api.meta import key_of
from seatrial.model.api.registry import BY_RESOURCE, KINDS
from seatrial.model.cluster import Cluster
from seatrial.model.users import (
    Apply,
    Cordon,
    Delete,
    Drain,
    Label,
    Recreate,
    Scale,
    SetImage,
    Uncordon,
    UserAction,
)

Read = Callable[[Path], tuple[Any, ...]]
SHORT = {"deploy": "deployments", "rs": "replicasets", "po": "pods", "no": "nodes", "ns": "namespaces",
         "svc": "services", "sa": "serviceaccounts", "cm": "configmaps", "quota": "resourcequotas",
         "pc": "priorityclasses"}
RESOURCES = {word: kind.resource for kind in KINDS for word in (kind.name.lower(), kind.resource)} | SHORT
FLAGS = {"-n": "namespace", "--namespace": "namespace", "--replicas": "replicas", "--cascade": "cascade",
         "-f": "file", "--filename": "file"}
ON_NODE: dict[str, type[Cordon | Drain | Uncordon]] = {"cordon": Cordon, "drain": Drain, "uncordon": Uncordon}
CASCADES = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}
FORMS = {
    "apply": "apply -f FILE",
    "cordon": "cordon NODE",
    "delete": "delete KIND/NAME [--cascade=background|foreground|orphan]",
    "drain": "drain NODE",
    "label": "label KIND/NAME KEY=VALUE, or KEY- to take it away",
    "recreate": "recreate KIND/NAME [--cascade=background|foreground|orphan]",
    "scale": "scale KIND/NAME --replicas=N",
    "set-image": "set image KIND/NAME CONTAINER=IMAGE",
    "uncordon": "uncordon NODE",
}


class CommandError(ValueError):
    """A command that cannot be taken for one: what is wrong with it, and what to write instead."""


@attrs.frozen
class Command:
    """A verb with its words and flags; `text` is what was typed."""

    text: str
    verb: str
    words: tuple[str, ...]
    flags: dict[str, str]

    def wrong(self, why: str) -> CommandError:
        """The error of this command, with the form that its verb has."""
        return CommandError(f"{self.text!r}: {why}; the form is: {FORMS[self.verb]}")


def user_actions(text: str, cluster: Cluster, read: Read) -> tuple[UserAction, ...]:
    """What one command has users do in a run that begins with this cluster; raises CommandError.

    `read` gives the objects of a manifest.
    """
    command = parse(text)
    if command.verb == "apply":
        return tuple(Apply(each) for each in read(Path(the_file(command))))
    if command.verb in ON_NODE:
        return (on_node(command, cluster),)
    resource, key, held = the_object(command, cluster)
    return (BY_VERB[command.verb](command, resource, key, held),)


def parse(text: str) -> Command:
    """The words of a command; raises CommandError for a verb or a flag that is not known."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        message = f"{text!r}: {error}: close the quotation"
        raise CommandError(message) from error
    words = words[1:] if words[:1] == ["kubectl"] else words
    words = ["set-image", *words[2:]] if words[:2] == ["set", "image"] else words
    verb = words[0] if words else ""
    if verb not in FORMS:
        message = f"{text!r}: there is no verb {verb!r} here; what users can do: {'; '.join(FORMS.values())}"
        raise CommandError(message)
    plain, flags = split_flags(Command(text, verb, tuple(words[1:]), {}))
    return Command(text, verb, plain, flags)


def split_flags(command: Command) -> tuple[tuple[str, ...], dict[str, str]]:
    """The words that are no flags, and the flags with their values."""
    plain: list[str] = []
    flags: dict[str, str] = {}
    words = iter(command.words)
    for word in words:
        name, equals, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            plain.append(word)
        elif name not in FLAGS:
            raise command.wrong(f"{name} is not known here")
        else:
            flags[FLAGS[name]] = value if equals else next(words, "")
    return tuple(plain), flags


def the_file(command: Command) -> str:
    """The file of an apply."""
    found = command.flags.get("file", "")
    if not found or command.words:
        raise command.wrong("give the manifest with -f, and nothing else")
    return found


def on_node(command: Command, cluster: Cluster) -> UserAction:
    """What is done to a node."""
    if len(command.words) != 1:
        raise command.wrong("name one node")
    name = command.words[0].removeprefix("node/")
    there(command, cluster, "nodes", name)
    return ON_NODE[command.verb](name)


def the_object(command: Command, cluster: Cluster) -> tuple[str, str, Any]:
    """The resource, the key and the object that a command names first; raises CommandError if it is not there."""
    word, slash, name = command.words[0].partition("/") if command.words else ("", "", "")
    if not slash or not name:
        raise command.wrong("name the object as KIND/NAME")
    resource = RESOURCES.get(word.lower().partition(".")[0])
    if resource is None:
        raise command.wrong(f"there is no kind {word!r} here that users could change; there are "
                            f"{', '.join(kind.name.lower() for kind in KINDS)}")
    namespace = command.flags.get("namespace") or "default"
    key = f"{namespace}/{name}" if BY_RESOURCE[resource].namespaced else name
    return resource, key, there(command, cluster, resource, key)


def there(command: Command, cluster: Cluster, resource: str, key: str) -> Any:
    """The object; raises CommandError, with those that there are, if it is not there."""
    found = cluster.get(resource, key)
    if found is None:
        known = ", ".join(key_of(each.metadata) for each in cluster.objects(resource)) or "none"
        hint = "; another namespace is named with -n" if BY_RESOURCE[resource].namespaced else ""
        message = f"{command.text!r}: there is no {key} when the run begins; {resource} there are: {known}{hint}"
        raise CommandError(message)
    return found


def scale(command: Command, resource: str, key: str, held: Any) -> UserAction:
    """So many replicas, said as a flag or as the last word."""
    del held
    count = command.flags.get("replicas") or "".join(command.words[1:2])
    if not BY_RESOURCE[resource].has_scale:
        raise command.wrong(f"{resource} have no scale")
    if not count.isdigit():
        raise command.wrong(f"{count!r} is no number of replicas" if count else "say how many replicas")
    return Scale(resource, key, int(count))


def set_image(command: Command, resource: str, key: str, held: Any) -> UserAction:
    """Another image for one container of the template."""
    container, equals, image = "".join(command.words[1:2]).partition("=")
    template = getattr(getattr(held, "spec", None), "template", None)
    if template is None:
        raise command.wrong(f"{resource} have no template of pods")
    if not equals or not image:
        raise command.wrong("name the container and its new image")
    names = [each.name for each in template.spec.containers]
    if container not in names:
        raise command.wrong(f"{key} has no container {container!r}; it has {', '.join(names)}")
    return SetImage(resource, key, container, image)


def label(command: Command, resource: str, key: str, held: Any) -> UserAction:
    """One label set, or taken away."""
    del held
    name, equals, value = "".join(command.words[1:2]).partition("=")
    if not name or (not equals and not name.endswith("-")):
        raise command.wrong("say which label")
    return Label(resource, key, name, value) if equals else Label(resource, key, name.removesuffix("-"), None)


def cascade(command: Command) -> str:
    """How dependents go."""
    word = command.flags.get("cascade", "background")
    if word.lower() not in CASCADES:
        raise command.wrong(f"{word!r} is no way to cascade")
    return CASCADES[word.lower()]


def delete(command: Command, resource: str, key: str, held: Any) -> UserAction:
    """A deletion."""
    del held
    return Delete(resource, key, cascade(command))


def recreate(command: Command, resource: str, key: str, held: Any) -> UserAction:
    """The object deleted, and made again as it is now when its name is free."""
    del key
    meta = attrs.evolve(held.metadata, uid="", resource_version=None, generation=0, creation_timestamp=None)
    return Recreate(BY_RESOURCE[resource].for_create(attrs.evolve(held, metadata=meta)), "", cascade(command))


BY_VERB = {"delete": delete, "label": label, "recreate": recreate, "scale": scale, "set-image": set_image}
