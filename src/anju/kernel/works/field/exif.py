"""When and where a photo was taken, by the camera's own notes in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone
from PIL import ExifTags, Image

_LIMITS = (180.0, 90.0)


def taken(photo: BinaryIO) -> tuple[datetime | None, tuple[float, float] | None]:
    """The moment, and (longitude, latitude); None for what the photo does not tell, or tells as nonsense."""
    try:
        with Image.open(photo) as image:
            exif = image.getexif()
        times, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError):  # no picture, or a broken one: its own check refuses it
        return None, None
    finally:
        photo.seek(0)
    return _moment(times.get(ExifTags.Base.DateTimeOriginal)), _position(place)


def _moment(text: Any) -> datetime | None:
    """Cameras write local time without a zone."""
    try:
        return timezone.make_aware(datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S"))
    except ValueError:
        return None


def _position(place: dict[int, Any]) -> tuple[float, float] | None:
    gps = ExifTags.GPS
    longitude = _degrees(place.get(gps.GPSLongitude), place.get(gps.GPSLongitudeRef) == "W")
    latitude = _degrees(place.get(gps.GPSLatitude), place.get(gps.GPSLatitudeRef) == "S")
    if longitude is None or latitude is None:
        return None
    fits = abs(longitude) <= _LIMITS[0] and abs(latitude) <= _LIMITS[1]
    return (longitude, latitude) if fits else None


def _degrees(parts: Any, negative: bool) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    whole = degrees + minutes / 60 + seconds / 3600
    return -whole if negative else whole
