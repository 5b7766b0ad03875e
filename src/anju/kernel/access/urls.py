"""Addresses of login and of the own account."""

from __future__ import annotations

from django.urls import path

from anju.kernel.access.pages import account, login

urlpatterns = [
    path("login/", login.login_page, name="login"),
    path("login/second-factor/", login.second_factor_page, name="second-factor"),
    path("login/demo/", login.demo_login, name="demo-login"),
    path("logout/", login.logout_page, name="logout"),
    path("account/", account.account_page, name="account"),
    path("account/password/", account.password_page, name="account-password"),
    path("account/second-factor/", account.second_factor_page, name="account-second-factor"),
    path("account/sessions/<uuid:handle>/end/", account.end_session, name="end-session"),
]
