"""Every address of the product; the views name their roles."""

from django.urls import URLPattern, URLResolver, include, path

from integrations.views import (
    accounts,
    activity,
    batches,
    bulk,
    calendars,
    changes,
    connect,
    drafts,
    help,
    me,
    overview,
    palette,
    people,
    preferences,
    search,
    sheets,
    snapshots,
    status,
    workspaces,
)

_account: list[URLPattern | URLResolver] = [
    path("", accounts.show, name="account"),
    path("refresh/", accounts.refresh, name="account-refresh"),
    path("reconnect/", connect.reconnect, name="account-reconnect"),
    path("write-access/", connect.write_access, name="account-write-access"),
    path("disconnect/", accounts.disconnect, name="account-disconnect"),
    path("calendars/<int:calendar_pk>/", calendars.edit, name="calendar-edit"),
    path("kept/<uuid:snapshot_id>/restore/", snapshots.restore, name="snapshot-restore"),
    path("kept/<uuid:snapshot_id>/decline/", snapshots.decline, name="snapshot-decline"),
]

_palette: list[URLPattern | URLResolver] = [
    path("", palette.index, name="palette"),
    path("<slug:code>/", palette.edit, name="palette-edit"),
    path("<slug:code>/move/", palette.move, name="palette-move"),
    path("<slug:code>/remove/", palette.remove, name="palette-remove"),
]

_workspace: list[URLPattern | URLResolver] = [
    path("", workspaces.show, name="workspace"),
    path("overview/", overview.index, name="overview"),
    path("overview/dismissed/", overview.dismissed, name="overview-dismissed"),
    path("overview/dismiss/", overview.dismiss, name="overview-dismiss"),
    path("overview/show-again/", overview.show_again, name="overview-show-again"),
    path("check/", accounts.check, name="check"),
    path("accounts/", accounts.index, name="accounts"),
    path("accounts/connect/", connect.connect, name="account-connect"),
    path("accounts/<int:pk>/", include(_account)),
    path("calendars/", calendars.index, name="calendars"),
    path("calendars/export/", sheets.export, name="calendars-export"),
    path("calendars/import/", sheets.upload, name="calendars-import"),
    path("palette/", include(_palette)),
    path("search/", search.show, name="search"),
    path("activity/", activity.index, name="activity"),
    path("activity/export/", activity.export, name="activity-export"),
    path("calendars/bulk/", bulk.select, name="bulk-select"),
    path("calendars/bulk/<uuid:draft_id>/", bulk.fields, name="bulk-fields"),
    path("drafts/<uuid:draft_id>/", drafts.preview, name="draft-preview"),
    path("drafts/<uuid:draft_id>/run/", drafts.run, name="draft-run"),
    path("drafts/<uuid:draft_id>/reselect/", drafts.reselect, name="draft-reselect"),
    path("batches/<uuid:batch_id>/", batches.show, name="batch"),
    path("batches/<uuid:batch_id>/stop/", batches.stop, name="batch-stop"),
    path("batches/<uuid:batch_id>/undo/", batches.undo, name="batch-undo"),
    path("batches/<uuid:batch_id>/retry/", batches.retry, name="batch-retry"),
    path("changes/<uuid:pk>/", changes.show, name="change"),
    path("changes/<uuid:pk>/undo/", changes.undo, name="change-undo"),
]

urlpatterns = [
    path("", workspaces.home, name="home"),
    path("workspaces/", workspaces.index, name="workspaces"),
    path("me/", me.show, name="me"),
    path("me/key/", me.key, name="me-key"),
    path("me/choices/", me.choices, name="me-choices"),
    path("me/remove/", me.remove, name="me-remove"),
    path("me/settings/", preferences.show, name="me-settings"),
    path("me/whose/", me.whose, name="me-whose"),
    path("me/stored/", me.stored, name="me-stored"),
    path("shared-key/", me.shared, name="shared-key"),
    path("workspaces/manage/", workspaces.manage, name="workspaces-manage"),
    path("workspaces/manage/<int:workspace_id>/", workspaces.edit, name="workspace-edit"),
    path(
        "workspaces/manage/<int:workspace_id>/remove/", workspaces.remove, name="workspace-remove"
    ),
    path("help/", help.show, name="help"),
    path("status/", status.show, name="status"),
    path("people/", people.index, name="people"),
    path("people/<int:pk>/", people.show, name="person"),
    path("people/<int:pk>/disable/", people.disable, name="person-disable"),
    path("people/<int:pk>/enable/", people.enable, name="person-enable"),
    path("people/<int:pk>/remove/", people.remove, name="person-remove"),
    path("w/<int:workspace_id>/", include(_workspace)),
    path("connect/<slug:attempt_id>/", connect.result, name="connect-result"),
    path("connect/<slug:attempt_id>/return/", connect.returned, name="connect-return"),
    path("connect/<slug:attempt_id>/check/", connect.check, name="connect-check"),
    path("connect/<slug:attempt_id>/cancel/", connect.cancel, name="connect-cancel"),
]
