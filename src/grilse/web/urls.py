"""Which page answers which address."""

from django.urls import include, path
from django.views.generic import RedirectView

from grilse.web import (
    batches,
    health,
    helpdesk,
    helpdesk_ticket,
    journal,
    journal_own,
    people,
    people_map,
    people_reports,
    proof,
    review,
    wellbeing,
)
from grilse.web.door import personal

urlpatterns = [
    path("", personal(RedirectView.as_view(pattern_name="batches")), name="home"),
    path("", include("grilse.web.account_urls")),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("batches/", batches.batch_list, name="batches"),
    path("flags/", review.flags, name="flags"),
    path("samples/<int:sample>/set-aside/", review.set_aside, name="set-aside"),
    path("samples/<int:sample>/take-back/", review.take_back, name="take-back"),
    path("samples/of/<path:number>/", review.samples_of_batch, name="samples"),
    path("people/", people.persons, name="people"),
    path("people/options/", people.options, name="people-options"),
    path("people/map/", people_map.page, name="people-map"),
    path("people/visits/", people_reports.visits, name="people-visits"),
    path("people/conveyance/", people_reports.conveyed, name="people-conveyance"),
    path("people/<int:id>/", people.person, name="person"),
    path("journal/", journal.own, name="journal"),
    path("journal/told/", journal.told, name="journal-told"),
    path("journal/deleted/", journal.removed, name="journal-removed"),
    path("journal/<int:id>/", journal.change, name="journal-change"),
    path("journal/<int:id>/delete/", journal.remove, name="journal-remove"),
    path("journal/<int:id>/take-back/", journal.restore, name="journal-restore"),
    path("journal/consents/", journal_own.consents, name="journal-consents"),
    path("journal/conflicts/", journal_own.conflicts, name="journal-conflicts"),
    path("wellbeing/", wellbeing.weeks, name="wellbeing"),
    path("helpdesk/", helpdesk.queue, name="helpdesk"),
    path("helpdesk/new/", helpdesk.new, name="ticket-new"),
    path("helpdesk/new/ask/", helpdesk.ask, name="ticket-ask"),
    path("helpdesk/new/give/", helpdesk.ask_and_give, name="ticket-ask-and-give"),
    path("helpdesk/new/containers/", helpdesk.containers, name="ticket-containers"),
    path("helpdesk/<int:number>/", helpdesk_ticket.page, name="ticket"),
    path("helpdesk/<int:number>/say/", helpdesk_ticket.say, name="ticket-say"),
    path("helpdesk/<int:number>/files/<int:id>/", helpdesk_ticket.file, name="ticket-file"),
    path("helpdesk/<int:number>/steps/<str:verb>/", helpdesk_ticket.work, name="ticket-work"),
    path("helpdesk/<int:number>/own/<str:verb>/", helpdesk_ticket.own, name="ticket-own"),
    path("proof/", proof.last_proof, name="proof"),
    path("proof/<str:name>/", proof.query, name="proof-query"),
    # A number that came with an imported package may carry a slash.
    path("batches/<path:number>/", batches.batch_page, name="batch"),
]
