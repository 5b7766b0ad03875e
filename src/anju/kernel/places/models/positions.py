"""Where a row lies: one point, and the cells of two grids by which half a million points are counted at once."""

from __future__ import annotations

from math import floor

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.places.geo import Position
from anju.kernel.records.models import Record

CELLS_A_DEGREE, SPOTS_A_DEGREE = 100, 1000


def square(longitude: float, latitude: float, a_degree: int) -> int:
    """The number of the square of a grid of ``a_degree`` squares a degree, row by row from the south-west."""
    row, column = floor((latitude + 90) * a_degree), floor((longitude + 180) * a_degree)
    return row * 360 * a_degree + column


class Positioned(Record):
    """A row with a point in CGCS2000. ``cell`` is its square of 0.01°, ``spot`` that of 0.001°.

    A model with these columns has indexes that begin with ``cell`` and ``spot`` (``grid``).
    """

    longitude = models.FloatField(
        "经度", null=True, blank=True, help_text=gettext_lazy("CGCS2000，度；与纬度同时填写或同时留空。")
    )
    latitude = models.FloatField("纬度", null=True, blank=True, help_text=gettext_lazy("CGCS2000，度。"))
    cell = models.IntegerField("网格", null=True, editable=False)
    spot = models.BigIntegerField("细网格", null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def position(self) -> Position | None:
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    def stand_at(self, position: Position | None) -> None:
        """Take a position with its squares; ``None`` erases. Saves nothing."""
        self.longitude, self.latitude = position or (None, None)
        self.cell = square(*position, CELLS_A_DEGREE) if position else None
        self.spot = square(*position, SPOTS_A_DEGREE) if position else None

    def clean_position(self) -> None:
        """``ValidationError`` unless both coordinates are there, in degrees, or neither."""
        if (self.longitude is None) != (self.latitude is None):
            missing = "longitude" if self.longitude is None else "latitude"
            raise ValidationError({missing: gettext("经度和纬度要同时填写。请补上，或两个都留空。")})
        if self.longitude is not None and not -180 <= self.longitude <= 180:
            raise ValidationError({"longitude": gettext("经度应在−180至180之间，单位是度。请核对。")})
        if self.latitude is not None and not -90 <= self.latitude <= 90:
            raise ValidationError({"latitude": gettext("纬度应在−90至90之间，单位是度。请核对。")})
        self.stand_at(self.position)
