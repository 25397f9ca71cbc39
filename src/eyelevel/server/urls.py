"""Every address of the house. A route that the route matrix of the tests does not know fails the build.

Of the account pages only those are here that the house uses: nobody signs up, and nothing is mailed past the outbox.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from eyelevel.server import health, passkeys


class Later(URLResolver):
    """Addresses whose module is loaded when one of them is asked for. Django would load it to build any other address:
    the API would cost every house 14 MB and half a second at the first page.
    """

    def _populate(self) -> None:
        """Nothing to collect ahead: a namespace is looked into when its name stands in front."""


account_urls = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", passkeys.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", passkeys.remove_app, name="mfa_deactivate_totp"),
    path("2fa/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", passkeys.add, name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", passkeys.log_in, name="mfa_login_webauthn"),
    path("2fa/passkeys/reauthenticate/", passkeys.reauthenticate, name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/<int:pk>/rename/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.remove, name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path(
        "2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("account/", include(account_urls)),
    path("desk/", include("eyelevel.desk.urls")),
    Later(RoutePattern("api/"), "eyelevel.api.urls", app_name="api", namespace="api"),
    path("", include("eyelevel.public.urls")),
]
if settings.ENV.demo:
    urlpatterns.append(path("demo/", include("eyelevel.demo.urls")))

handler400 = "eyelevel.server.errors.bad_request"
handler403 = "eyelevel.public.pages.forbidden"
handler404 = "eyelevel.public.pages.not_found"
handler500 = "eyelevel.server.errors.broken"
