"""Bad input: encodings, delimiters, headers, giants, bombs. Every message has a row and a column where there is one."""

from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
import zipfile

import pytest

from kiwanda.factory.demand.importing import errors_as_csv
from kiwanda.factory.demand.importing.kiwanda_format import read_kiwanda_orders
from kiwanda.factory.demand.importing.report import RowError
from kiwanda.factory.demand.tests.tables import codes, csv_bytes, read_all, xlsx_bytes

HEAD = ["order_number", "sku", "quantity", "description"]
ROWS = [HEAD, ["A1", "BR-1", 3, "Bangle for São Tomé"], ["A1", "BR-2", 1, "Beads"], ["A2", "BR-1", 2, ""]]


def read(data: bytes, **options: str):
    return read_all(read_kiwanda_orders(data, **options))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_give_the_same_orders(encoding, delimiter):
    orders, report = read(csv_bytes(ROWS, delimiter=delimiter, encoding=encoding))
    assert report.ok, report.errors
    assert [(o.number, [(x.sku, x.quantity_units, x.row) for x in o.lines]) for o in orders] == [
        ("A1", [("BR-1", 3, 2), ("BR-2", 1, 3)]),
        ("A2", [("BR-1", 2, 4)]),
    ]
    assert orders[0].lines[0].description == "Bangle for São Tomé"
    assert (report.rows, report.orders, report.lines, report.pieces) == (3, 2, 3, 6)
    assert [w.code for w in report.warnings] == (["encoding_fallback"] if encoding == "cp1252" else [])


def test_a_damaged_utf8_file_is_not_taken_for_windows_1252():
    data = csv_bytes(ROWS) + b"A3,BR-\xff,1,x\n"
    orders, report = read(data)
    assert orders == []
    assert [e.code for e in report.errors] == ["encoding_damaged"]
    assert "line 5" in report.errors[0].message_en


def test_bytes_in_no_known_encoding():
    _, report = read(csv_bytes([HEAD]) + b"A1,\x81\x8d,1,x\n")
    assert [e.code for e in report.errors] == ["encoding_unknown"]
    assert "0x81" in report.errors[0].message_en
    assert "line 2" in report.errors[0].message_en


def test_excels_sep_line_names_the_delimiter_and_is_no_row():
    orders, report = read(b"sep=;\r\norder_number;sku;quantity\r\nA1;X;2\r\n")
    assert report.ok
    assert (report.delimiter, orders[0].lines[0].row) == ("semicolon", 2)


def test_row_numbers_count_blank_rows_and_quoted_line_breaks_as_a_spreadsheet_does():
    data = b'\r\norder_number,sku,quantity,description\r\nA1,X,1,"two\r\nlines"\r\n\r\n,,,\r\nA2,X,no,\r\n'
    orders, report = read(data)
    assert codes(report) == [(6, "quantity", "number")]
    assert orders[0].lines[0].row == 3
    assert orders[0].lines[0].description == "two lines"
    assert report.counts["blank_row"] == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"\n\n   \n", "file_empty"),
        (b"order_number,sku,quantity\n", "no_rows"),
        (b"order_number,sku,quantity\n,,\n", "no_rows"),
        (b"order_number,sku,Quantity,quantity\nA,B,1,1\n", "column_twice"),
        (b"order_number,sku\nA,B\n", "column_missing"),
        (b"\x00\x01\x02\x03" * 100, "not_a_table"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_a_table"),
        (b"<!DOCTYPE html><html>", "not_a_table"),
        (b'{"orders": []}', "not_a_table"),
        (b"PK\x03\x04 not really", "xlsx_broken"),
        (b"\x1f\x8b\x08 not really", "gzip_broken"),
        (gzip.compress(csv_bytes(ROWS), mtime=0)[:-9], "gzip_broken"),
        (gzip.compress(gzip.compress(csv_bytes(ROWS), mtime=0), mtime=0), "not_a_table"),
    ],
)
def test_files_that_cannot_be_read_say_why(data, code):
    orders, report = read(data)
    assert orders == []
    assert [e.code for e in report.errors] == [code]
    assert report.errors[0].message_en != report.errors[0].message_sw


def test_every_missing_column_is_named_with_what_was_found():
    _, report = read(b"Bestellung;sku\n1;2\n")
    assert sorted(e.column for e in report.errors) == ["order_number", "quantity"]
    assert "Bestellung" in report.errors[0].message_en


def test_unknown_and_unnamed_columns_are_remarked_on_and_not_read():
    orders, report = read(b"order_number,sku,quantity,,Colour\nA1,X,1,stray,red\n")
    assert report.ok
    assert len(orders) == 1
    assert [w.code for w in report.warnings] == ["columns_unknown", "column_unnamed"]
    assert "Colour" in report.warnings[0].message_en
    assert "Column D" in report.warnings[1].message_en


def test_a_ten_megabyte_cell_stops_the_reading_with_its_row_and_column():
    data = csv_bytes(ROWS) + b'A3,BR-1,1,"' + b"x" * 10_000_000 + b'"\nA4,BR-1,1,y\n'
    _, report = read(data)
    assert codes(report) == [(5, "description", "cell_too_long")]
    assert report.truncated


def test_long_cells_are_not_remembered():
    """Reading must not keep what it read: 2,000 different long cells pass through a bounded memory."""
    tracemalloc.start()
    try:
        _, report = read(csv_bytes([HEAD, *([f"A{n}", "X", 1, f"{n} " + "x" * 2000] for n in range(2_000))]))
        kept, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert report.counts["description_cut"] == 2_000
    assert kept < 2_000_000


def test_a_cell_over_the_limit_within_a_line():
    _, report = read(csv_bytes([*ROWS, ["A3", "BR-1", 1, "x" * 200_000]]))
    assert codes(report) == [(5, "", "cell_too_long")]


def test_a_quote_never_closed_and_a_quote_in_the_wrong_place():
    _, report = read(csv_bytes(ROWS) + b'A3,BR-1,1,"open\nA4,BR-1,1,y\n')
    assert codes(report) == [(5, "", "quotes")]
    orders, report = read(csv_bytes(ROWS) + b'A3,BR-1,1,"5" nails"\nA4,BR-1,1,y\n')
    assert codes(report) == [(5, "", "quotes")]
    assert orders[-1].number == "A4"


def test_rows_wider_than_the_header_are_errors_and_narrower_ones_are_padded():
    orders, report = read(b"order_number,sku,quantity,description\nA1,X,1\nA2,X,1,a,b\nA3,X,1,a,,\n")
    assert codes(report) == [(3, "", "row_too_long")]
    assert [o.number for o in orders] == ["A1", "A3"]


def test_a_nul_byte_is_an_error_with_row_and_column():
    _, report = read(csv_bytes(ROWS) + b"A3,BR\x00-1,1,x\n")
    assert codes(report) == [(5, "sku", "nul_byte")]


def test_a_header_repeated_inside_is_passed_over():
    orders, report = read(csv_bytes(ROWS) + csv_bytes([HEAD, ["A9", "BR-1", 1, ""]]))
    assert report.ok
    assert report.counts["header_again"] == 1
    assert orders[-1].lines[0].row == 6


def test_gzip_is_unpacked_whatever_the_name_says():
    orders, report = read(gzip.compress(csv_bytes(ROWS)), name="orders.csv")
    assert report.ok
    assert len(orders) == 2


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk():
    _, report = read(gzip.compress(b"0" * (70 << 20)))
    assert [e.code for e in report.errors] == ["file_bomb"]


def test_a_zip_bomb_dressed_as_a_workbook():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    _, report = read(out.getvalue())
    assert [e.code for e in report.errors] == ["file_bomb"]


def test_xml_entities_in_a_workbook_are_refused():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes({"Orders": ROWS}))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            data = good.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]>' + data
            bad.writestr(part.filename, data)
    _, report = read(out.getvalue())
    assert [e.code for e in report.errors] == ["xlsx_broken"]


def test_a_stream_that_cannot_seek():
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self._data = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return self._data.read(size)

    orders, report = read_all(read_kiwanda_orders(Pipe(csv_bytes(ROWS))))
    assert report.ok
    assert len(orders) == 2


def test_a_missing_path_is_an_error_not_an_exception(tmp_path):
    _, report = read_all(read_kiwanda_orders(tmp_path / "nothing.csv"))
    assert [e.code for e in report.errors] == ["file_unreadable"]


def test_errors_are_counted_beyond_the_five_hundred_kept():
    _, report = read(csv_bytes([HEAD, *([f"A{n}", "X", "no", ""] for n in range(700))]))
    assert (len(report.errors), report.error_count, report.truncated) == (500, 700, True)


def test_the_error_file_cannot_run_formulas():
    error = RowError(2, "=cmd|' /C calc'!A0", "number", "+1 is not", "@SUM", "-2+3")
    for language in ("en", "sw"):
        rows = list(csv.reader(io.StringIO(errors_as_csv([error], language).decode("utf-8-sig"))))
        assert len(rows) == 2
        assert all(cell[:1] not in "=+-@" for cell in rows[1] if cell)
