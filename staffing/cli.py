"""The command ``affluence``: which commands there are, in which language they speak, how they end.

Exit codes: 0 done, 1 breaches found, 2 bad input (every problem on stderr), 130 stopped by hand. Results go to stdout,
progress and remarks to stderr. To add a command write ``staffing/commands/NAME.py`` and list it in ``COMMANDS``; its
help is the sentence ``cli.NAME`` and each option's help ``cli.option_NAME_OPTION`` or ``cli.option_OPTION``, in both
languages.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence

import typer

from staffing.commands import (
    app,
    apply,
    archive,
    audits,
    backup,
    check,
    columns,
    compare,
    demo,
    diff,
    explain,
    export,
    forecast,
    horizon,
    import_,
    levers,
    log,
    plan,
    plans,
    publish,
    purge,
    repair,
    replay,
    restore,
    role,
    save,
    scenario,
    simulate,
    size,
    undo,
    versions,
)
from staffing.commands.helped import UsageError, classes, help_of, usage_lines
from staffing.commands.options import command_first, spoken
from staffing.problems import BadInput
from staffing.words import say
from staffing.words.heard import heard

COMMANDS: dict[str, Callable[..., None]] = {
    "plan": plan.plan,
    "forecast": forecast.forecast,
    "size": size.size,
    "check": check.check,
    "explain": explain.explain,
    "repair": repair.repair,
    "simulate": simulate.simulate,
    "replay": replay.replay,
    "scenario": scenario.scenario,
    "compare": compare.compare,
    "levers": levers.levers,
    "horizon": horizon.horizon,
    "audits": audits.audits,
    "import": import_.import_,
    "demo": demo.demo,
    "save": save.save,
    "plans": plans.plans,
    "publish": publish.publish,
    "versions": versions.versions,
    "diff": diff.diff,
    "archive": archive.archive,
    "export": export.export,
    "apply": apply.apply,
    "undo": undo.undo,
    "log": log.log,
    "backup": backup.backup,
    "restore": restore.restore,
    "purge": purge.purge,
    "role": role.role,
    "app": app.app,
    "columns": columns.columns,
}
OK, BREACHES, BAD_INPUT, STOPPED = 0, 1, 2, 130


def built(language: str) -> typer.Typer:
    """The command with its help in one language."""
    group, one = classes(language)
    made = typer.Typer(
        cls=group, name="affluence", help=say("cli.affluence", language), rich_markup_mode=None, no_args_is_help=True,
        add_completion=False, pretty_exceptions_enable=False,
    )  # fmt: skip
    for name, command in COMMANDS.items():
        made.command(name, cls=one, help=say(f"cli.{name}", language))(command)
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = spoken(given, os.environ)
    given = command_first(given)
    command = typer.main.get_command(built(language))
    for sub in getattr(command, "commands", {}).values():
        for option in sub.params:
            if option.name and option.name != "help":
                option.help = help_of(sub.name, option.name, language)
    try:
        sys.exit(command.main(given, prog_name="affluence", standalone_mode=False) or OK)
    except UsageError as wrong:
        typer.echo("\n".join(usage_lines(wrong, language)), err=True)
        sys.exit(BAD_INPUT)
    except typer.Abort:
        sys.exit(STOPPED)
    except BadInput as refused:
        typer.echo(say("cli.refused", language, count=len(refused.problems)), err=True)
        for problem in refused.problems:
            typer.echo(f"- {heard(str(problem), language)}", err=True)
        sys.exit(BAD_INPUT)
    except BrokenPipeError:
        sys.exit(OK)
    except OSError as error:
        typer.echo(say("cli.os_error", language, path=error.filename or "", why=_why(error, language)), err=True)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.exit(STOPPED)


def _why(error: OSError, language: str) -> str:
    """What the system refuses, in words where it is one of the usual things."""
    name = errno.errorcode.get(error.errno or 0, "")
    usual = ("ENOSPC", "ENOENT", "EISDIR", "ENOTDIR", "EEXIST", "EACCES", "EROFS", "EFBIG")
    return say(f"cli.{name.lower()}", language) if name in usual else error.strerror or str(error)
