"""Tickets with what was said on them, the hours of business, and the rules of escalation."""

from grilse.helpdesk.models.clocks import BusinessHours, Holiday, ServiceLevel
from grilse.helpdesk.models.escalations import Escalation, EscalationRule
from grilse.helpdesk.models.tickets import Attachment, Category, Comment, Ticket

__all__ = [
    "Attachment",
    "BusinessHours",
    "Category",
    "Comment",
    "Escalation",
    "EscalationRule",
    "Holiday",
    "ServiceLevel",
    "Ticket",
]
