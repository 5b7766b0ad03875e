"""Addresses of login, of the own account, and of the administration of accounts and grants."""

from __future__ import annotations

from django.urls import path

from anju.kernel.access.pages import account, grants, login, users

urlpatterns = [
    path("login/", login.login_page, name="login"),
    path("login/second-factor/", login.second_factor_page, name="second-factor"),
    path("login/demo/", login.demo_login, name="demo-login"),
    path("logout/", login.logout_page, name="logout"),
    path("account/", account.account_page, name="account"),
    path("account/password/", account.password_page, name="account-password"),
    path("account/second-factor/", account.second_factor_page, name="account-second-factor"),
    path("account/sessions/<uuid:handle>/end/", account.end_session, name="end-session"),
    path("access/users/", users.list_page, name="access-users"),
    path("access/users/new/", users.new_page, name="access-user-new"),
    path("access/users/<uuid:key>/", users.user_page, name="access-user"),
    path("access/users/<uuid:key>/disable/", users.disable_page, name="access-user-disable"),
    path("access/users/<uuid:key>/enable/", users.enable_page, name="access-user-enable"),
    path("access/users/<uuid:key>/password/", users.password_page, name="access-user-password"),
    path("access/users/<uuid:key>/unlock/", users.unlock_page, name="access-user-unlock"),
    path("access/users/<uuid:key>/grants/new/", grants.propose_page, name="access-propose"),
    path("access/grants/", grants.worklist_page, name="access-grants"),
    path("access/grants/<uuid:key>/", grants.decide_page, name="access-decide"),
    path("access/grants/<uuid:key>/end/", grants.end_page, name="access-end"),
    path("access/grants/<uuid:key>/withdraw/", grants.withdraw_page, name="access-withdraw"),
]
