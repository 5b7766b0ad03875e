"""``anju heating``: what a heating office computes from files, without a database."""

from __future__ import annotations

import click

from anju.packs.heating.calculators import cooling_command, quality_command, season_command, supply_command
from anju.packs.heating.forecasting.commands import forecast_command, weather_fit_command


@click.group(options_metavar="[选项]", subcommand_metavar="命令 …")
def heating() -> None:
    """供热监管：负荷预测、气候关联、采暖季、气候补偿、数据质量。"""


for _command in (
    forecast_command,
    weather_fit_command,
    season_command,
    supply_command,
    cooling_command,
    quality_command,
):
    heating.add_command(_command)
