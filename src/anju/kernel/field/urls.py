"""Addresses of fieldwork. Those of ``pages.phone`` are open; they judge the device's signature themselves."""

from __future__ import annotations

from django.urls import path

from anju.kernel.field.pages import enrol, office, phone

urlpatterns = [
    path("field/", phone.phone_page, name="field"),
    path("field/manifest.webmanifest", phone.manifest, name="field-manifest"),
    path("field/sw.js", phone.service_worker, name="field-worker"),
    path("field/session/", phone.session, name="field-session"),
    path("field/sync/", phone.sync, name="field-sync"),
    path("field/photos/<str:sha256>/", phone.photo, name="field-photo"),
    path("field/tasks/", phone.tasks, name="field-tasks"),
    path("field/enrol/", enrol.enrol_page, name="field-enrol"),
    path("field/devices/", office.devices_page, name="field-devices"),
    path("field/devices/<uuid:key>/", office.device_page, name="field-device"),
    path("field/receipts/<uuid:key>/", office.receipt_page, name="field-receipt"),
    path("field/pictures/<uuid:key>/", office.picture, name="field-picture"),
    path("field/notes/<uuid:key>/", office.note_page, name="field-note"),
    path("field/findings/<uuid:key>/", office.finding_page, name="field-finding"),
]
