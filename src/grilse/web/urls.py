"""Which page answers which address."""

from django.urls import include, path
from django.views.generic import RedirectView

from grilse.web import batches, health, proof, review
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
    path("proof/", proof.last_proof, name="proof"),
    path("proof/<str:name>/", proof.query, name="proof-query"),
    # A number that came with an imported package may carry a slash.
    path("batches/<path:number>/", batches.batch_page, name="batch"),
]
