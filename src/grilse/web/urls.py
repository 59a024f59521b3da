"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from django.views.i18n import set_language

from grilse.access.requests import personal_view, public_view
from grilse.web import (
    batches,
    companies,
    components_page,
    enter,
    health_checks,
    helpdesk,
    helpdesk_ticket,
    journal,
    journal_consents,
    people,
    people_tracks,
    proof,
    review,
    roles_page,
    scope,
    search,
    settings_page,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", personal_view(RedirectView.as_view(pattern_name="batches")), name="home"),
    path("", include("grilse.web.account_urls")),
    path("health/live", health_checks.report_liveness, name="live"),
    path("health/ready", health_checks.report_readiness, name="ready"),
    path("language/", public_view(require_POST(set_language)), name="language"),
    path("company/", companies.choose_company, name="company-choose"),
    path("scope/", scope.show_scope_choices, name="scope"),
    path("scope/choose/", scope.choose_scope, name="scope-choose"),
    path("search/", search.show_matches, name="search"),
    path("enter/", enter.show_enter, name="enter"),
    path("service-worker.js", enter.serve_worker, name="service-worker"),
    path("manifest.webmanifest", enter.serve_manifest, name="manifest"),
    path("batches/", batches.show_batches, name="batches"),
    path("flags/", review.show_flags, name="flags"),
    path("samples/<int:sample>/exclude/", review.exclude_sample, name="sample-exclude"),
    path("samples/<int:sample>/include/", review.include_sample, name="sample-include"),
    path("samples/of/<path:number>/", review.show_batch_samples, name="samples"),
    path("people/", people.show_persons, name="people"),
    path("people/options/", people.show_person_options, name="people-options"),
    path("people/map/", people_tracks.show_map, name="people-map"),
    path("people/visits/", people_tracks.show_visits, name="people-visits"),
    path("people/conveyance/", people_tracks.show_conveyance, name="people-conveyance"),
    path("people/conveyance/review/", people_tracks.review_journey, name="people-journey-review"),
    path("people/<int:id>/", people.show_person, name="person"),
    path("journal/", journal.show_own_journal, name="journal"),
    path("journal/shared/", journal.show_shared_entries, name="journal-shared"),
    path("journal/deleted/", journal.show_removed_entries, name="journal-removed"),
    path("journal/<int:id>/", journal.change_entry, name="journal-change"),
    path("journal/<int:id>/delete/", journal.remove_entry, name="journal-remove"),
    path("journal/<int:id>/restore/", journal.restore_entry, name="journal-restore"),
    path("journal/consents/", journal_consents.edit_consents, name="journal-consents"),
    path("journal/conflicts/", journal_consents.settle_conflicts, name="journal-conflicts"),
    path("wellbeing/", people.show_wellbeing, name="wellbeing"),
    path("helpdesk/", helpdesk.show_ticket_queue, name="helpdesk"),
    path("helpdesk/new/", helpdesk.show_ticket_form, name="ticket-new"),
    path("helpdesk/new/ask/", helpdesk.open_ticket, name="ticket-open"),
    path("helpdesk/new/give/", helpdesk.open_assigned_ticket, name="ticket-open-assigned"),
    path("helpdesk/new/containers/", helpdesk.show_container_options, name="ticket-containers"),
    path("helpdesk/<int:number>/", helpdesk_ticket.show_ticket, name="ticket"),
    path("helpdesk/<int:number>/say/", helpdesk_ticket.add_comment, name="ticket-comment"),
    path("helpdesk/<int:number>/files/<int:id>/", helpdesk_ticket.download_attachment, name="ticket-file"),
    path("helpdesk/<int:number>/steps/<str:verb>/", helpdesk_ticket.run_work_step, name="ticket-work-step"),
    path("helpdesk/<int:number>/own/<str:verb>/", helpdesk_ticket.run_reporter_step, name="ticket-reporter-step"),
    path("settings/", settings_page.show_settings, name="settings"),
    path("settings/people/", roles_page.show_logins, name="settings-people"),
    path("settings/people/new/", roles_page.add_colleague, name="settings-people-new"),
    path("settings/people/<int:number>/", roles_page.show_login, name="settings-login"),
    path("settings/people/<int:number>/grant/", roles_page.grant_role, name="settings-login-grant"),
    path("settings/people/<int:number>/roles/<int:id>/", roles_page.change_role, name="settings-login-change"),
    path("settings/people/<int:number>/roles/<int:id>/revoke/", roles_page.revoke_role, name="settings-login-revoke"),
    path("settings/people/<int:number>/end/", roles_page.end_access, name="settings-login-end"),
    path("settings/people/<int:number>/link/", roles_page.renew_invitation, name="settings-login-link"),
    path("settings/performance/", proof.show_latest_check, name="performance"),
    path("settings/performance/<str:name>/", proof.show_query, name="performance-query"),
    # A number that came with an imported package may carry a slash.
    path("batches/<path:number>/", batches.show_batch, name="batch"),
]

if settings.SHOW_COMPONENTS:
    urlpatterns += [
        path("settings/components/", components_page.show_components, name="components"),
        path("settings/components/send/", components_page.send_example, name="components-send"),
        path("settings/components/undo/", components_page.undo_example, name="components-undo"),
    ]
