from anju.kernel.inspections.conftest import made as made
from anju.kernel.inspections.conftest import site as site
