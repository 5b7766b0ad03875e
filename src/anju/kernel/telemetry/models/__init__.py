"""The database's part of telemetry: who delivers what, what is watched, and what the gateway told."""

from anju.kernel.telemetry.models.alarms import Acknowledgement as Acknowledgement
from anju.kernel.telemetry.models.alarms import Alarm as Alarm
from anju.kernel.telemetry.models.intake import Applied as Applied
from anju.kernel.telemetry.models.intake import DeliveryHour as DeliveryHour
from anju.kernel.telemetry.models.intake import Published as Published
from anju.kernel.telemetry.models.intake import Quarantined as Quarantined
from anju.kernel.telemetry.models.numbers import AssetNumber as AssetNumber
from anju.kernel.telemetry.models.numbers import Counter as Counter
from anju.kernel.telemetry.models.rules import Issuer as Issuer
from anju.kernel.telemetry.models.rules import MaintenanceWindow as MaintenanceWindow
from anju.kernel.telemetry.models.rules import RuleGrade as RuleGrade
from anju.kernel.telemetry.models.rules import RuleKind as RuleKind
from anju.kernel.telemetry.models.rules import ThresholdRule as ThresholdRule
from anju.kernel.telemetry.models.series import Series as Series
from anju.kernel.telemetry.models.sources import Protocol as Protocol
from anju.kernel.telemetry.models.sources import Source as Source
