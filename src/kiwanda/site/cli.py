"""The command line: ``./run kiwanda …``. Thin: each command parses, calls the factory and prints."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kiwanda.site.console import err as err
from kiwanda.site.console import out as out
from kiwanda.site.console import progress_bar as progress_bar
from kiwanda.site.console import stop as stop
from kiwanda.site.engine_commands import engine_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiwanda.site.settings")

app = typer.Typer(
    name="kiwanda",
    help="Kiwanda, the virtual factory: thousands of independent workshops, planned and paid as one.\n\n"
    "Start with `./run` (the demo) or `./run kiwanda demo --help`. Data lives in $KIWANDA_HOME (default ./var); "
    "set KIWANDA_DATABASE_URL to use PostgreSQL.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
app.add_typer(engine_app, name="engine")


def start_django() -> None:
    """Load Django once; turn the failures an operator can mend into sentences."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except PermissionError as error:
        raise stop(f"Kiwanda may not write to {error.filename}. Give it a folder with KIWANDA_HOME=/path.") from None
    except OSError as error:
        raise stop(f"Kiwanda cannot use its data folder: {error.strerror} ({error.filename}).") from None
    except (ImproperlyConfigured, ValueError) as error:
        raise stop(f"A setting is wrong: {error}") from None


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port on the loopback interface.", min=1, max=65535)] = 8300,
    build_only: Annotated[bool, typer.Option("--build-only", help="Build the demo factory and stop.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw the demo away and build it anew.")] = False,
    workshops: Annotated[int, typer.Option(help="Workshops in the network.", min=20, max=20_000)] = 2300,
    days: Annotated[int, typer.Option(help="Days to play up to today.", min=1, max=180)] = 42,
    seed: Annotated[int, typer.Option(help="Same seed, same factory.")] = 7,
) -> None:
    """Build the demo factory (once) and serve it: control tower, artisans' phones, consumer page."""
    from kiwanda.site import demo as demo_site

    demo_site.run(port=port, build_only=build_only, fresh=fresh, workshops=workshops, days=days, seed=seed)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8300,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="Requests handled at once.", min=1, max=64)] = 4,
    workers: Annotated[int, typer.Option(help="Web processes (one for SQLite).", min=1, max=32)] = 1,
    worker: Annotated[bool, typer.Option(help="Also run one background worker.")] = True,
) -> None:
    """Serve the factory (web and background worker) until Ctrl-C."""
    start_django()
    from kiwanda.site import serving

    serving.run(host=host, port=port, threads=threads, workers=workers, with_worker=worker)


@app.command()
def worker() -> None:
    """Run reactions, timers and jobs until stopped. May be killed at any moment; start as many as you like."""
    start_django()
    import signal

    from kiwanda.core.jobs import Worker

    process = Worker()
    signal.signal(signal.SIGTERM, process.stop)
    signal.signal(signal.SIGINT, process.stop)
    process.run()


@app.command()
def migrate() -> None:
    """Create or update the database's tables."""
    start_django()
    from kiwanda.site.database import prepare

    prepare()
    out.print("[green]✓[/] The database is up to date.")


@app.command()
def audit(
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is wrong.")] = False,
) -> None:
    """Check the books over the whole database. Exit 0 only if everything holds."""
    start_django()
    from kiwanda.core.audit import SHOWN, run_audit

    broken = 0
    checked = 0
    for finding in run_audit():
        checked += 1
        if finding.holds:
            if not quiet:
                out.print(f"[green]✓[/] {finding.check.claim} [dim]{finding.seconds:.2f} s[/]", highlight=False)
            continue
        broken += 1
        out.print(f"[bold red]✗[/] {finding.check.claim} [red]({finding.count} problems)[/]", highlight=False)
        for problem in finding.problems:
            out.print(f"    {problem}", highlight=False, soft_wrap=True)
        if finding.count > SHOWN:
            out.print(f"    … and {finding.count - SHOWN} more")
    if broken:
        raise stop(f"{broken} of {checked} checks found something wrong in the books.")
    out.print(f"[bold green]✓ All {checked} checks hold.[/]")


@app.command("rotate-keys")
def rotate_keys(
    keep_old: Annotated[bool, typer.Option("--keep-old", help="Keep the old key for reading older backups.")] = False,
) -> None:
    """Seal all personal data with a new key and throw the old one away. The factory must stand still."""
    start_django()
    from kiwanda.site import keys

    try:
        begun = keys.begin()
        out.print("A new key was made." if begun else "Going on with the newest key.")
        with progress_bar() as bar:
            task = bar.add_task("Sealing personal data", total=1.0)
            changed = keys.seal_everything(lambda done, total: bar.update(task, completed=done / max(1, total)))
        dropped = 0 if keep_old else keys.drop_old()
    except keys.NotNow as why:
        raise stop(str(why)) from None
    out.print(f"[green]✓[/] {changed} facts sealed with the newest key, {dropped} old keys thrown away.")
    if not dropped:
        out.print("  The older keys still open older backups. Take them away when no backup needs them any more.")


@app.command("push-key")
def push_key() -> None:
    """Print a fresh key for waking phones by web push."""
    from kiwanda.adapters.web_push.vapid import new_key

    private, public = new_key()
    out.print(f"KIWANDA_PUSH_PRIVATE_KEY={private}", soft_wrap=True)
    out.print(f"Phones subscribe with the public key {public}", soft_wrap=True)


@app.command("import")
def import_file(
    channel: Annotated[str, typer.Argument(help="Code of the sales channel.")],
    path: Annotated[Path, typer.Argument(help="CSV, CSV.gz or XLSX file.", exists=True, dir_okay=False)],
    format: Annotated[str, typer.Option(help="kiwanda, shopify or retail_history.")] = "kiwanda",
    apply: Annotated[bool, typer.Option("--apply", help="Import; without it only a dry run.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Past sales: kept for forecasting, never made.")] = False,
) -> None:
    """Import an order file. Without --apply nothing is changed: you get the report of what would happen."""
    start_django()
    from kiwanda.site.importing import run_import

    if not run_import(channel, path, format, dry_run=not apply, as_history=history, console=out):
        raise stop("The file was refused whole; nothing was changed.")


@app.command()
def staff(
    username: Annotated[str, typer.Argument(help="Log-in name.")],
    roles: Annotated[str, typer.Option(help="Comma-separated: coordinator, inspector, finance_maker …")],
    language: Annotated[str, typer.Option(help="en or sw")] = "en",
) -> None:
    """Create a member of staff; the password is asked for."""
    start_django()
    from kiwanda.core.actors import Actor, Channel, Role
    from kiwanda.core.errors import Rejected
    from kiwanda.factory.network.commands import create_staff_user

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    console = Actor("staff", None, frozenset({Role.ADMINISTRATOR}), Channel.CLI)
    names = [role.strip() for role in roles.split(",") if role.strip()]
    try:
        create_staff_user(actor=console, username=username, password=password, roles=names, language=language)
    except Rejected as refusal:
        raise stop(refusal.message()) from None
    out.print(f"[green]✓[/] {username} may sign in as {', '.join(names)}.")


@app.command("export-person")
def export_person(
    who: Annotated[str, typer.Argument(help="Her phone number, or her id.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="ZIP file to write.", dir_okay=False)],
) -> None:
    """Write everything held about one person into a ZIP: a page in her language, JSON, pictures."""
    start_django()
    from kiwanda.core.errors import Rejected
    from kiwanda.site.personal_data import export

    try:
        rows = export(who, output)
    except Rejected as refusal:
        raise stop(refusal.message()) from None
    except OSError as fault:
        raise stop(f"{output} cannot be written: {fault.strerror}.") from None
    out.print(f"[green]✓[/] {output}: {rows} rows. It holds personal data: give it to her and to nobody else.")


@app.command("verify-record")
def verify_record(
    path: Annotated[Path, typer.Argument(help="JSON or SD-JWT file of a history.", exists=True, dir_okay=False)],
    keys: Annotated[Path | None, typer.Option(help="Key set (keys.json); default: this house's own.")] = None,
) -> None:
    """Prove a signed history of an artisan: who signed it, when, and what it says. Works without network."""
    start_django()
    import json

    from kiwanda.core.errors import Rejected
    from kiwanda.factory.records import facts, signing, wording

    try:
        known = json.loads(keys.read_text()) if keys is not None else None
        proved = signing.verify(path.read_bytes(), known)
    except (ValueError, AttributeError, UnicodeDecodeError):
        raise stop("The key file is no JSON Web Key Set.") from None
    except Rejected as refusal:
        raise stop(refusal.message()) from None
    out.print(f"[green]✓[/] Signed by {proved.issuer} on {proved.issued_at:%Y-%m-%d}, unchanged (key {proved.kid}).")
    for name, value in proved.facts.items():
        out.print(f"  {facts.label(name, 'en')}: {'; '.join(wording.lines(name, value))}", markup=False)


@app.command()
def epcis(
    piece: Annotated[str, typer.Argument(help="GTIN/serial of a piece, or a production order's code.")],
    output: Annotated[Path | None, typer.Option("--out", help="File to write; default: standard output.")] = None,
) -> None:
    """Write the EPCIS 2.0 document of a piece or a batch."""
    start_django()
    import json

    from kiwanda.site.tracing import epcis_document

    document = epcis_document(piece)
    if document is None:
        raise stop(f"There is no piece or production order {piece}. Pieces are written as GTIN/serial.")
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        output.write_text(text, encoding="utf-8")
        out.print(f"[green]✓[/] {output}: {len(document['epcisBody']['eventList'])} events.")


@app.command("whatsapp-templates")
def whatsapp_templates() -> None:
    """Print our WhatsApp templates as Meta's JSON, to be submitted for approval (docs/how-to/messaging.md)."""
    start_django()
    import json

    from kiwanda.adapters.whatsapp_cloud.templates import definitions

    sys.stdout.write(json.dumps(definitions(), indent=2, ensure_ascii=False) + "\n")


@app.command()
def commands() -> None:
    """List every command of the factory and who may give it."""
    start_django()
    from kiwanda.core.commands import load_commands

    table = Table("Command", "Who may", "What it does")
    for name, item in sorted(load_commands().items()):
        summary = (item.__doc__ or "").strip().split("\n")[0]
        table.add_row(name, ", ".join(sorted(role.value for role in item.roles)), summary)
    out.print(table)


def main() -> None:
    """Entry point: a refusal or a broken database is a sentence, not a traceback."""
    try:
        app(prog_name="./run kiwanda")
    except KeyboardInterrupt:
        sys.exit(130)
    except PermissionError as error:
        err.print(f"[bold red]✗[/] Kiwanda may not write to {error.filename}.", highlight=False, soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        if not _of_the_database(error):
            raise
        err.print(f"[bold red]✗[/] The database cannot be used: {str(error).strip()}", highlight=False, soft_wrap=True)
        err.print("  Try `./run kiwanda migrate`, or look at docs/how-to/postgresql.md.", highlight=False)
        sys.exit(1)


def _of_the_database(error: Exception) -> bool:
    """Whether Django's database layer says so; commands that need no Django do not load it here."""
    layer = sys.modules.get("django.db")
    return layer is not None and isinstance(error, layer.DatabaseError)


if __name__ == "__main__":
    main()
