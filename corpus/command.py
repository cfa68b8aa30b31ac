"""The command ``lotse``: finds its subcommands by entry point and loads only the one that is run."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, PackageNotFoundError, entry_points, version
from typing import Any

import click

from corpus.problem import LotseError, did_you_mean

GROUP = "kundenlotse.commands"


class FriendlyGroup(click.Group):
    """A group of commands whose errors are shown as a message; exit code 1, or 2 for wrong usage."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that is meant for people ends it with its text alone."""
        try:
            return super().invoke(ctx)
        except LotseError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            place = f" ({error.filename})" if error.filename else ""
            raise click.ClickException(f"{error.strerror or error}{place}") from error


class LazyGroup(FriendlyGroup):
    """Commands of all installed layers, found by the entry-point group ``kundenlotse.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, sorted; nothing is loaded."""
        return sorted(_entry_points())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; one that cannot be loaded becomes a command that says so."""
        point = _entry_points().get(cmd_name)
        return None if point is None else _load(point)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for; an unknown one is a usage error that suggests another."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            raise click.UsageError(f"There is no command {args[0]!r}. {did_you_mean(args[0], names)}", ctx)
        return super().resolve_command(ctx, args)


@cache
def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _load(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except Exception as error:
        return _broken(point, f"{type(error).__name__}: {error}")
    if isinstance(command, click.Command):
        return command
    return _broken(point, f"{point.value} is not a command")


def _broken(point: EntryPoint, reason: str) -> click.Command:
    message = f"The command {point.name!r} cannot be loaded ({' '.join(reason.split())})."

    def fail(**_arguments: object) -> None:
        raise click.ClickException(message)

    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(
        point.name, callback=fail, help=message, context_settings=settings, add_help_option=False
    )


def _print_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    try:
        click.echo(f"lotse {version('kundenlotse')}")
    except PackageNotFoundError:
        raise click.ClickException("kundenlotse is not installed; run: pip install .") from None
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version.",
)
def main() -> None:
    """Answer customers' questions from a curated FAQ in German and English."""
