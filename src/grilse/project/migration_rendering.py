"""Migrations that render the model they change; Django renders all that are related to it, at every step."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ProjectState

original_reload_model = ProjectState.reload_model


@contextmanager
def render_changed_models() -> Iterator[None]:
    """Render a changed model alone where that does: as all point at their company, all are related."""
    ProjectState.reload_model = _reload_model  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        ProjectState.reload_model = original_reload_model  # type: ignore[method-assign]


def _reload_model(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in vars(state):
        return
    # What Django may delay changes no relation, and to what is new nothing points yet.
    if delay or _is_addition(state, app_label, model_name):
        _render_model(state, app_label, model_name)
    else:
        original_reload_model(state, app_label, model_name, delay)


def _is_addition(state: ProjectState, app_label: str, model_name: str) -> bool:
    """Whether a model, or fields of it, are there for the first time, and nothing else of it differs."""
    try:
        rendered = state.apps.get_model(app_label, model_name)._meta
    except LookupError:
        return True
    known = {field.name for field in (*rendered.local_fields, *rendered.local_many_to_many)}
    return known < set(state.models[app_label, model_name].fields)


def _render_model(state: ProjectState, app_label: str, model_name: str) -> None:
    state.is_delayed = True  # whatever asks for rows renders all models afresh before
    with state.apps.bulk_update():
        state.apps.unregister_model(app_label, model_name)
    state.apps.render_multiple([state.models[app_label, model_name]])
