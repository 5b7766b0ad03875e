"""``anju heating``: what a heating office computes from files, without a database."""

from __future__ import annotations

import click

from anju.packs.heating.forecasting.commands import forecast_command, weather_fit_command


@click.group(subcommand_metavar="命令 …")
def heating() -> None:
    """供热监管：负荷预测、气候关联。"""


heating.add_command(forecast_command)
heating.add_command(weather_fit_command)
