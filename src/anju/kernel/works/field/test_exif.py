"""What a camera notes in its photo."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from anju.kernel.works.field.exif import taken


def photo(latitude: tuple[float, ...] = (39.0, 30.0, 36.0)) -> BytesIO:
    image, target = Image.new("RGB", (8, 8)), BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2021:06:01 09:30:00"
    exif.get_ifd(0x8825).update({1: "N", 2: latitude, 3: "E", 4: (118.0, 12.0, 0.0)})
    image.save(target, "JPEG", exif=exif)
    target.seek(0)
    return target


def test_moment_and_place_of_a_photo() -> None:
    moment, position = taken(photo())
    assert moment is not None
    assert moment.isoformat() == "2021-06-01T09:30:00+08:00"
    # 39° 30′ 36″ = 39.51, 118° 12′ = 118.2
    assert position is not None
    assert [round(part, 6) for part in position] == [118.2, 39.51]


def test_nonsense_and_other_files_tell_nothing_and_can_still_be_read() -> None:
    odd = photo(latitude=(390.0, 0.0, 0.0))
    moment, position = taken(odd)
    assert (moment is None, position, odd.tell()) == (False, None, 0)
    plain = BytesIO("不是图片".encode())
    assert taken(plain) == (None, None)
    assert plain.tell() == 0
