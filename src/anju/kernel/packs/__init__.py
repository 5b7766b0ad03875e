"""The pack descriptor and the registry of packs.

A pack says in its ``pack.py`` what it offers, as data; behaviour is named by dotted path and imported only
when it is used.
"""

from anju.kernel.packs.descriptors import (
    ATTRIBUTE_KINDS as ATTRIBUTE_KINDS,
)
from anju.kernel.packs.descriptors import (
    COLUMN_KINDS as COLUMN_KINDS,
)
from anju.kernel.packs.descriptors import (
    DIRECTIONS as DIRECTIONS,
)
from anju.kernel.packs.descriptors import (
    FILTER_KINDS as FILTER_KINDS,
)
from anju.kernel.packs.descriptors import (
    SEVERITIES as SEVERITIES,
)
from anju.kernel.packs.descriptors import (
    AssetType as AssetType,
)
from anju.kernel.packs.descriptors import (
    Attribute as Attribute,
)
from anju.kernel.packs.descriptors import (
    CaseType as CaseType,
)
from anju.kernel.packs.descriptors import (
    Check as Check,
)
from anju.kernel.packs.descriptors import (
    Column as Column,
)
from anju.kernel.packs.descriptors import (
    Command as Command,
)
from anju.kernel.packs.descriptors import (
    Demo as Demo,
)
from anju.kernel.packs.descriptors import (
    Filter as Filter,
)
from anju.kernel.packs.descriptors import (
    Form as Form,
)
from anju.kernel.packs.descriptors import (
    Indicator as Indicator,
)
from anju.kernel.packs.descriptors import (
    Job as Job,
)
from anju.kernel.packs.descriptors import (
    ObservedProperty as ObservedProperty,
)
from anju.kernel.packs.descriptors import (
    Pack as Pack,
)
from anju.kernel.packs.descriptors import (
    PackError as PackError,
)
from anju.kernel.packs.descriptors import (
    Page as Page,
)
from anju.kernel.packs.descriptors import (
    Panel as Panel,
)
from anju.kernel.packs.descriptors import (
    Permission as Permission,
)
from anju.kernel.packs.descriptors import (
    Register as Register,
)
from anju.kernel.packs.descriptors import (
    Rulebook as Rulebook,
)
from anju.kernel.packs.descriptors import (
    Subject as Subject,
)
from anju.kernel.packs.registry import Registry as Registry
from anju.kernel.packs.registry import load as load
from anju.kernel.packs.registry import resolve as resolve
from anju.kernel.packs.validation import (
    dotted_paths as dotted_paths,
)
from anju.kernel.packs.validation import (
    refuse_repeats as refuse_repeats,
)
from anju.kernel.packs.validation import (
    validate as validate,
)
from anju.kernel.packs.validation import (
    validate_asset_type as validate_asset_type,
)
from anju.kernel.packs.validation import (
    validate_property as validate_property,
)
from anju.kernel.packs.validation import (
    validate_register as validate_register,
)
