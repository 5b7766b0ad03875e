from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from .errors import FileRefused
from .limits import DEFAULT, Limits
from .reencoding import served

SECRET = b"39.6309N 118.1802E"
RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(mode: str = "RGB") -> Image.Image:
    """16 by 8, left half red, right half blue."""
    image = Image.new("RGB", (16, 8), RED)
    image.paste(BLUE, (8, 0, 16, 8))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=False))


def test_a_photo_loses_everything_but_its_pixels_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # description
    exif[0x0112] = 6  # orientation: the left edge of what is stored is the top
    data = saved(picture(), "JPEG", quality=95, exif=exif, comment=SECRET, icc_profile=SECRET) + SECRET
    assert data.count(SECRET) == 4
    copy = served(data, "jpg", "照片.jpg", DEFAULT)
    assert SECRET not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert image.format == "JPEG"
        assert image.size == (8, 16)
        assert not image.getexif()
        assert is_near(image.getpixel((4, 2)), RED)
        assert is_near(image.getpixel((4, 13)), BLUE)


def test_a_drawing_loses_its_texts_and_keeps_its_pixels() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET.decode())
    data = saved(picture(), "PNG", pnginfo=texts, icc_profile=SECRET) + SECRET
    assert data.count(SECRET) >= 2
    copy = served(data, "png", "图.png", DEFAULT)
    assert SECRET not in copy
    with Image.open(io.BytesIO(copy)) as image:
        assert (image.format, image.text) == ("PNG", {})
        assert (image.getpixel((0, 0)), image.getpixel((15, 7))) == (RED, BLUE)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_is_taken(mode: str) -> None:
    image = Image.new("I;16", (4, 4), 40_000) if mode == "I;16" else picture(mode)
    with Image.open(io.BytesIO(served(saved(image, "PNG"), "png", "图.png", DEFAULT))) as copy:
        assert copy.convert("L").getpixel((0, 0)) == image.convert("L").getpixel((0, 0))


def test_transparent_palettes_stay_transparent() -> None:
    data = saved(picture("P"), "PNG", transparency=picture("P").getpixel((0, 0)))
    with Image.open(io.BytesIO(served(data, "png", "图.png", DEFAULT))) as copy:
        assert copy.getpixel((0, 0))[3] == 0
        assert copy.getpixel((15, 0)) == (*BLUE, 255)


def test_print_colours_become_screen_colours() -> None:
    with Image.open(io.BytesIO(served(saved(picture("CMYK"), "JPEG"), "jpg", "图.jpg", DEFAULT))) as copy:
        assert copy.mode == "RGB"


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    data = saved(picture(), "PNG")
    assert served(data, "png", "图.png", Limits(pixels=128))
    with pytest.raises(FileRefused, match="像素的上限") as refused:
        served(data, "png", "图.png", Limits(pixels=127))
    assert refused.value.next_step == "请缩小图片后再提交。"
    # The size stands in the head (bytes 16 to 23); no pixel of it is there.
    bomb = bytearray(data)
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    head = bytes(bomb[12:29])
    bomb[29:33] = zlib.crc32(head).to_bytes(4, "big")
    with pytest.raises(FileRefused, match=r"图片「图\.png」超过5000万像素的上限"):
        served(bytes(bomb), "png", "图.png", DEFAULT)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0 nothing", saved(picture(), "JPEG")[:200], saved(picture(), "PNG")]
)
def test_a_broken_image_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused, match="已损坏"):
        served(data, "jpg", "照片.jpg", DEFAULT)


def test_cells_that_compute_become_text_and_numbers_stay() -> None:
    data = '名称,值\n=1+1,-5\n+cmd|x,"+12,300.50"\n@SUM(A1),-3%\n＝A1,-1+2\n 　-x,正常\n'.encode("gb18030")
    copy = served(data, "csv", "表.csv", DEFAULT)
    assert copy.startswith(b"\xef\xbb\xbf")
    assert copy.decode("utf-8-sig").split("\r\n") == [
        "名称,值", "'=1+1,-5", "'+cmd|x,\"+12,300.50\"", "'@SUM(A1),-3%", "'＝A1,'-1+2", "'-x,正常", "",
    ]  # fmt: skip


def test_other_separators_become_commas_so_that_no_cell_hides() -> None:
    assert (
        served(b"a;b\n1;=x\n2;y\n", "csv", "t.csv", DEFAULT).decode("utf-8-sig") == "a,b\r\n1,'=x\r\n2,y\r\n"
    )


def test_other_kinds_are_served_as_they_are() -> None:
    assert served(b"=1+1", "txt", "a.txt", DEFAULT) == b"=1+1"
