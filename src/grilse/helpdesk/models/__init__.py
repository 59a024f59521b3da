"""Tickets with comments and files, business hours, service levels and escalations."""

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
