from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "anju.kernel.surveys"
    label = "surveys"
    verbose_name = "抽样调查"
