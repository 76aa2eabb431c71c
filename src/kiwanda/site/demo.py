"""``./run``: build the demo factory once, then serve it and say where everything is.

The build goes into a file of its own and takes its place only when it is complete, so that an interrupted build never
looks like a factory.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

from rich.table import Table

from kiwanda.site import cli, serving
from kiwanda.site.config import Config

#: Set while building: the settings then use the building file without waiting for the disk at each commit.
BUILDING = "KIWANDA_BUILDING"


def run(*, port: int, build_only: bool, fresh: bool, workshops: int, days: int, seed: int) -> None:
    """Build when there is nothing yet (or ``fresh``), then serve until Ctrl-C."""
    os.environ.setdefault("KIWANDA_MODE", "demo")
    if not build_only:
        serving.require_port("127.0.0.1", port)
        os.environ.setdefault("KIWANDA_PUBLIC_URL", f"http://127.0.0.1:{port}")
    config = Config()
    _require_writable(config.home)
    database = config.home / "kiwanda.sqlite3"
    if config.database_url:
        _build_on_server(fresh, workshops, days, seed)
    elif fresh or not database.exists():
        _build_file(database, workshops, days, seed)
        if not build_only:
            # This process still means the building file, and holds the memory of six weeks of play.
            os.execv(sys.executable, [sys.executable, "-m", "kiwanda.site.cli", "demo", "--port", str(port)])
    else:
        cli.start_django()
        from kiwanda.site.database import prepare

        prepare()
    if build_only:
        cli.out.print("[green]✓[/] The demo factory is built.")
        return
    serving.run(host="127.0.0.1", port=port, when_ready=lambda: _welcome(port))
    cli.out.print("Kiwanda has stopped. Start it again with ./run")


def _require_writable(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / ".writable"
        probe.write_text("yes")
        probe.unlink()
    except OSError as error:
        raise cli.stop(
            f"Kiwanda cannot write to {home} ({error.strerror}). Set KIWANDA_HOME to a folder it may write to."
        ) from None
    free = shutil.disk_usage(home).free
    if free < 500_000_000:
        raise cli.stop(f"Only {free // 1_000_000} MB are free at {home}; the demo needs 500 MB.")


def _build_file(database: Path, workshops: int, days: int, seed: int) -> None:
    building = database.with_name("building.sqlite3")
    _remove(building)
    os.environ[BUILDING] = str(building)
    cli.start_django()
    from kiwanda.twin import mpesa

    # Before anything asks for the rail: a demo with these books pays through its own M-Pesa.
    mpesa.lay_out()
    books = mpesa.books_path()
    started = time.monotonic()
    try:
        _build(workshops, days, seed)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA journal_mode=DELETE")
        connection.close()
    except BaseException:
        from django.db import connection

        connection.close()
        _remove(building)
        raise
    finally:
        del os.environ[BUILDING]
    with building.open("rb") as stream:
        os.fsync(stream.fileno())
    _remove(database)
    mpesa.take_over(books)
    building.replace(database)
    cli.out.print(
        f"[green]✓[/] The factory stands: {workshops:,} workshops, {days} days played in "
        f"{time.monotonic() - started:.0f} s."
    )


def _build_on_server(fresh: bool, workshops: int, days: int, seed: int) -> None:
    cli.start_django()
    from kiwanda.core.ids import derived_id
    from kiwanda.core.models import Event, Receipt
    from kiwanda.site.database import prepare, wipe

    prepare()
    mark = derived_id("demo-built")
    if Receipt.objects.filter(pk=mark).exists() and not fresh:
        return
    if Event.objects.exists():
        if not fresh:
            raise cli.stop(
                "The database at KIWANDA_DATABASE_URL is not empty and holds no finished demo. "
                "Use an empty database, or --fresh to wipe this one."
            )
        wipe()
        prepare()
    from kiwanda.twin import mpesa

    mpesa.lay_out()
    _build(workshops, days, seed)
    from kiwanda.core import clock

    Receipt.objects.create(command_id=mark, command="site.build_demo", body_hash="", at=clock.now())


def _build(workshops: int, days: int, seed: int) -> None:
    from kiwanda.engine.warming import warm_up
    from kiwanda.site.database import prepare
    from kiwanda.twin.build import build_demo

    with cli.progress_bar() as bar:
        shown = bar.add_task("Laying out the tables", total=100)
        said = -10.0

        def progress(share: float, text: str) -> None:
            nonlocal said
            bar.update(shown, completed=share * 100, description=text)
            # Where no bar can be drawn (a log, CI) a line now and then says that it goes on.
            if not cli.out.is_terminal and share * 100 >= said + 10:
                said = share * 100
                cli.out.print(f"{share * 100:3.0f} %  {text}", highlight=False)

        prepare()
        # Mending plans by file has code of its own that the factory does not use.
        warm_up(lambda share, text: bar.update(shown, description=text), repair=False)
        build_demo(progress=progress, workshops=workshops, days=days, seed=seed)
        bar.update(shown, completed=100, description="The factory is built")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _welcome(port: int) -> None:
    """Where everything is and who may enter."""
    from kiwanda.twin.accounts import demo_accounts

    base = f"http://127.0.0.1:{port}"
    accounts = demo_accounts()
    cli.out.print()
    cli.out.print(f"[bold]Kiwanda is open.[/]  Control tower: [link={base}/]{base}/[/]", highlight=False)
    staff = Table("Staff log-in", "Password", "Role", title="Control tower", title_justify="left")
    for person in accounts.staff:
        staff.add_row(person.username, person.password, person.role.replace("_", " "))
    cli.out.print(staff)
    phones = Table(
        "Phone number", "Workshop", "What you will see", title=f"Artisans' phones: {base}/m/", title_justify="left"
    )
    for phone in accounts.phones:
        phones.add_row(phone.number, phone.workshop, phone.note)
    cli.out.print(phones)
    cli.out.print(f"Play an artisan on every kind of phone, and watch the tower: {base}/demo/phones/", highlight=False)
    if accounts.passport_path:
        cli.out.print(f"A customer's page of one piece: {base}{accounts.passport_path}", highlight=False)
    cli.out.print("\nStop with Ctrl-C.")
