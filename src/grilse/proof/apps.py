"""Django application of the performance checks."""

from django.apps import AppConfig


class ProofConfig(AppConfig):
    """Names the application of query budgets and performance reports."""

    name = "grilse.proof"
    label = "proof"
