"""Order files from the command line, with a progress bar and the report in words."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from kiwanda.core.actors import Actor, Channel, Role
from kiwanda.core.errors import Rejected
from kiwanda.factory.demand.commands import import_orders


def run_import(channel: str, path: Path, format: str, *, dry_run: bool, as_history: bool, console: Console) -> bool:
    """Import ``path``; True when the file was taken (or would be)."""
    actor = Actor("staff", None, frozenset({Role.MERCHANDISER}), Channel.CLI)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} rows"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        shown = bar.add_task("Checking" if dry_run else "Importing", total=None)

        def progress(done: int, total: int) -> None:
            bar.update(shown, completed=done, total=total or None)

        try:
            run = import_orders(
                actor=actor,
                channel_code=channel,
                format=format,
                filename=path.name,
                path=path,
                dry_run=dry_run,
                as_history=as_history,
                progress=progress,
            )
        except Rejected as refusal:
            console.print(f"[bold red]✗[/] {refusal.message()}")
            return False
    report = run.report
    table = Table("What", "How many", title=f"{path.name}: {run.state}")
    for section in ("outcome", "counts"):
        for name, count in report.get(section, {}).items():
            table.add_row(name.replace("_", " "), f"{count:,}")
    console.print(table)
    for warning in report.get("warnings", [])[:20]:
        console.print(f"[yellow]note:[/] {warning['message_en'] if isinstance(warning, dict) else warning}")
    for error in report.get("errors", [])[:50]:
        console.print(f"[red]row {error['row']}, {error['column']}:[/] {error['message_en']}")
    if report.get("unmapped_count"):
        console.print(
            f"{report['unmapped_count']:,} SKUs have no mapping yet; their lines wait. "
            "Map them in the tower under Orders → SKU mapping."
        )
    return run.state in ("checked", "applied")
