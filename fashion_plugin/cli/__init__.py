"""The command line: ``fashion-plugin``."""

import sys
from importlib.metadata import EntryPoint, entry_points

import click

from fashion_plugin.cli import catalogue, jobs, looks, maintenance, reembed, searching
from fashion_plugin.errors import FashionPluginError, InvalidInput
from fashion_plugin.training.commands import COMMANDS as TRAINING

__all__ = ["COMMANDS_GROUP", "cli", "main"]

COMMANDS_GROUP = "fashion_plugin.commands"


class _Commands(click.Group):
    """The built-in commands, and those that installed packages register, loaded when they are invoked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(point.name for point in _registered())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if built_in := super().get_command(ctx, cmd_name):
            return built_in
        point = next((point for point in _registered() if point.name == cmd_name), None)
        if point is None:
            return None
        command = point.load()
        if not isinstance(command, click.Command):
            raise InvalidInput(f"the entry point {point.value} of the command {cmd_name} is no click command")
        return command


def _registered() -> list[EntryPoint]:
    return list(entry_points(group=COMMANDS_GROUP))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fashion-plugin", prog_name="fashion-plugin")
def cli() -> None:
    """Visual search over a shop's own catalogue."""


_OWN = (catalogue, searching, looks, jobs, maintenance, reembed)
for command in (*(command for part in _OWN for command in part.COMMANDS), *TRAINING):
    cli.add_command(command)


def main() -> None:
    """Run the command line: exit status 0 done, 1 failed, 2 wrong use."""
    try:
        cli(standalone_mode=False)
    except click.Abort:
        click.echo("Stopped. What was done so far is kept; run the same command again to go on.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except FashionPluginError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; nothing is left to say.
        sys.stderr.close()
        sys.exit(1)
