from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "anju.web.registers"
    label = "registers"
    verbose_name = "台账"
