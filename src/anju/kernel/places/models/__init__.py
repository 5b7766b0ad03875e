"""Areas with their memberships; places below them; files of places and equipment that were imported."""

from anju.kernel.places.models.areas import (
    ADMINISTRATIVE as ADMINISTRATIVE,
)
from anju.kernel.places.models.areas import (
    HIERARCHIES as HIERARCHIES,
)
from anju.kernel.places.models.areas import (
    HYDRAULIC as HYDRAULIC,
)
from anju.kernel.places.models.areas import (
    MANAGEMENT as MANAGEMENT,
)
from anju.kernel.places.models.areas import (
    Area as Area,
)
from anju.kernel.places.models.areas import (
    CodeSystem as CodeSystem,
)
from anju.kernel.places.models.areas import (
    Level as Level,
)
from anju.kernel.places.models.areas import (
    Membership as Membership,
)
from anju.kernel.places.models.batches import (
    Batch as Batch,
)
from anju.kernel.places.models.batches import (
    Content as Content,
)
from anju.kernel.places.models.places import (
    Place as Place,
)
from anju.kernel.places.models.positions import (
    Positioned as Positioned,
)
