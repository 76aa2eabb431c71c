"""Photos in pieces: cut anywhere, resumed, broken on the way, too large, no picture, never finished, named first."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import clock, files
from kiwanda.core.audit import run_audit
from kiwanda.core.ids import new_id
from kiwanda.core.models import StoredFile
from kiwanda.factory.devices import photos
from kiwanda.factory.devices.models import Photo
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import ProgressReport
from kiwanda.surfaces.phone.sync.doorkeeping import CHUNKS
from tests.scenarios.phone.conftest import phone_of
from tests.scenarios.phone.model import JPEG

pytestmark = pytest.mark.django_db


def picture(seed: int, size: int = 40_000) -> bytes:
    body = hashlib.sha256(str(seed).encode()).digest() * (size // 32 + 1)
    return (b"\xff\xd8\xff\xe0" + body)[:size]


def test_a_photo_sent_in_pieces_is_stored_under_its_hash(phone):
    data = picture(1)
    sha256 = phone.send_photo(data)
    assert files.read(sha256) == data
    assert StoredFile.objects.get(pk=sha256).content_type == "image/jpeg"
    assert not photos.part(Photo.objects.get(sha256=sha256).pk).exists()


def test_a_photo_may_be_spoken_of_before_a_byte_of_it_is_there(phone, offer):
    phone.sync()
    phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    work = WorkOrder.objects.get(offer=offer)
    data = picture(2)
    sha256 = hashlib.sha256(data).hexdigest()
    command = phone.do("report_progress", work=str(work.pk), made=1, photo=sha256)
    phone.sync()
    assert phone.answer(command)["s"] == "ok"
    assert ProgressReport.objects.get(work_order=work).photo == sha256
    assert not files.path_of(sha256).exists()
    assert phone.send_photo(data) == sha256
    assert files.read(sha256) == data
    assert StoredFile.objects.get(pk=sha256).size == len(data)


def test_a_photo_cut_off_goes_on_where_it_stopped(phone):
    data = picture(3)
    place = phone.begin(data).headers["Location"]
    assert phone.patch(place, 0, data[:16384]).status_code == 204
    assert phone.reached(place).headers["Upload-Offset"] == "16384"
    again = phone.begin(data)
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (place, "16384")
    assert phone.patch(place, 0, data[:16384]).status_code == 409
    assert phone.patch(place, 16384, data[16384:]).status_code == 204
    assert phone.begin(data).status_code == 200


def test_a_piece_broken_on_the_way_is_not_kept(phone):
    data = picture(4)
    place = phone.begin(data).headers["Location"]
    broken = b"\x00" + data[1:16384]
    answer = phone.patch(place, 0, broken, checksum=hashlib.sha256(data[:16384]).digest())
    assert answer.status_code == 460
    assert phone.reached(place).headers["Upload-Offset"] == "0"


def test_the_answer_to_the_last_piece_may_be_lost(phone):
    data = picture(5, 9000)
    place = phone.begin(data).headers["Location"]
    assert phone.patch(place, 0, data).status_code == 204
    assert phone.reached(place).headers["Upload-Offset"] == str(len(data))
    answer = phone.patch(place, len(data), b"")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(len(data)))


def test_a_proxy_that_strips_patch_is_got_round(phone):
    data = picture(6, 9000)
    place = phone.begin(data).headers["Location"]
    assert phone.patch(place, 0, data, override=True).status_code == 204
    assert files.read(hashlib.sha256(data).hexdigest()) == data


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x18ftypheic" + b"\x00" * 5000,
        b"GIF89a" + b"\x00" * 5000,
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * 5000,
        b"RIFF\x00\x00\x00\x00AVI " + b"\x00" * 5000,
    ],
    ids=["heic", "gif", "svg", "avi"],
)
def test_what_is_no_picture_is_refused_with_its_first_piece(phone, data):
    place = phone.begin(data).headers["Location"]
    answer = phone.patch(place, 0, data[:4096])
    assert answer.status_code == 415
    assert answer.json()["message"]
    assert phone.reached(place).status_code == 410
    assert not StoredFile.objects.filter(pk=hashlib.sha256(data).hexdigest()).exists()


def test_other_bytes_than_announced_are_refused(phone):
    data, other = picture(7, 5000), picture(8, 5000)
    place = phone.begin(data).headers["Location"]
    assert phone.patch(place, 0, other).status_code == 415
    assert not files.path_of(hashlib.sha256(data).hexdigest()).exists()


def test_too_large_is_refused_before_a_byte_is_sent(phone):
    assert phone.begin(JPEG, length=photos.LARGEST + 1).status_code == 413
    assert phone.begin(JPEG, length=0).status_code == 413
    place = phone.begin(picture(9, 2000)).headers["Location"]
    assert phone.patch(place, 0, picture(9, 2001)).status_code == 413


def test_what_never_comes_is_given_up_and_may_be_begun_again(phone):
    data = picture(10)
    place = phone.begin(data).headers["Location"]
    phone.patch(place, 0, data[:16384])
    row = Photo.objects.get()
    assert photos.part(row.pk).exists()
    with clock.at(clock.now() + timedelta(days=8)):
        assert photos.expire() == 1
        assert not photos.part(row.pk).exists()
        assert phone.reached(place).status_code == 410
        assert phone.send_photo(data) == hashlib.sha256(data).hexdigest()


def test_an_upload_belongs_to_who_began_it(phone, factory, offer):
    other = phone_of(next(shop for shop in factory.workshops if shop.pk != offer.workshop_id))
    data = picture(11)
    place = phone.begin(data).headers["Location"]
    assert other.reached(place).status_code == 404
    assert other.patch(place, 0, data[:100]).status_code == 404


def test_the_same_picture_of_somebody_else_costs_no_bytes(phone, factory, offer):
    data = picture(12)
    phone.send_photo(data)
    other = phone_of(next(shop for shop in factory.workshops if shop.pk != offer.workshop_id))
    answer = other.begin(data)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (200, str(len(data)))


@pytest.mark.parametrize("name", ["Upload-Length", "Upload-Metadata", "Tus-Resumable"])
def test_a_missing_header_is_named(phone, name):
    whole = {"Upload-Length": "10", "Upload-Metadata": "sha256 x", "Tus-Resumable": "1.0.0"}
    del whole[name]
    answer = phone.client.post("/m/v1/files", headers=phone.headers | whole)
    assert answer.status_code in (400, 412)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_however_the_line_cuts_the_picture_arrives_whole(phone, data):
    """Pieces of any length, lost, doubled or broken: the phone asks how far it is and goes on."""
    CHUNKS.forget()
    # A picture of its own for every example: what is complete is not sent again.
    body = b"\xff\xd8\xff" + new_id().bytes + picture(1, data.draw(st.integers(1, 30_000)))
    sha256 = hashlib.sha256(body).hexdigest()
    begun = phone.begin(body)
    place = begun.headers["Location"]
    offset = int(begun.headers["Upload-Offset"])
    for _ in range(60):
        if offset >= len(body):
            break
        size = data.draw(st.sampled_from([1, 1000, 16384]))
        fate = data.draw(st.sampled_from(["arrives", "lost answer", "broken", "wrong place"]))
        piece = body[offset : offset + size]
        if fate == "broken":
            assert phone.patch(place, offset, piece, checksum=b"0" * 32).status_code == 460
        elif fate == "wrong place":
            assert phone.patch(place, offset + 1, piece).status_code == 409
        else:
            answer = phone.patch(place, offset, piece)
            assert answer.status_code == 204
        offset = int(phone.reached(place).headers["Upload-Offset"])
    else:
        phone.send_photo(body)
    assert files.read(sha256) == body


def test_the_audit_holds(phone):
    phone.send_photo(picture(13))
    assert [finding.problems for finding in run_audit() if finding.check.name.startswith("devices.")] == [[]] * 4


def test_the_app_sees_its_own_photos_and_nobody_elses(phone, offer, factory):
    phone.sync()
    phone.do("accept_offer", offer=str(offer.pk))
    phone.sync()
    data = picture(14)
    sha256 = phone.send_photo(data)
    phone.do("report_progress", work=str(WorkOrder.objects.get(offer=offer).pk), made=1, photo=sha256)
    phone.sync()
    answer = phone.client.get(f"/pictures/{sha256}?w=160", headers=phone.headers)
    assert b"".join(answer.streaming_content) == data
    other = phone_of(next(shop for shop in factory.workshops if shop.pk != offer.workshop_id))
    assert other.client.get(f"/pictures/{sha256}", headers=other.headers).status_code == 404
    assert other.client.get(f"/pictures/{sha256}").status_code == 404
