"""The proof as a Django application."""

from django.apps import AppConfig


class ProofConfig(AppConfig):
    """Registry of hot queries, their budgets and the proofs that were kept."""

    name = "grilse.proof"
    label = "proof"
