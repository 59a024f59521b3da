"""Texts of pages: each goes through gettext, and has a Norwegian translation with the same values."""

from itertools import chain

import pytest
from babel.messages.catalog import Catalog
from hatch_build import build_script, compile_catalogues
from lint import texts


def build_catalogue(**translations):
    catalogue = Catalog()
    for text, translation in translations.items():
        catalogue.add(text, translation)
    return catalogue


def list_faults(needed, catalogue):
    path = texts.find_catalogue("nb", "django")
    return [fault.text for fault in texts.check_catalogue(needed, catalogue, path)]


def test_every_text_of_the_pages_is_translated():
    assert [*map(str, chain(texts.check_catalogues(), texts.check_sources()))] == []


def test_a_text_that_no_catalogue_has_is_a_fault():
    assert list_faults(build_catalogue(Fish=""), build_catalogue()) == ["no translation of 'Fish' in "]


def test_a_text_without_a_translation_is_a_fault():
    assert list_faults(build_catalogue(Fish=""), build_catalogue(Fish="")) == ["no translation of 'Fish' in "]


@pytest.mark.parametrize("translation", ["%(number)s fisk", "fisk", "%(count)s fisk %(site)s"])
def test_a_translation_with_other_values_is_a_fault(translation):
    needed, catalogue = Catalog(), Catalog()
    needed.add("%(count)s fish")
    catalogue.add("%(count)s fish", translation)
    assert list_faults(needed, catalogue) == [f"other values than in '%(count)s fish': {translation!r}"]


def test_a_translation_that_no_page_uses_is_a_fault():
    assert list_faults(build_catalogue(), build_catalogue(Fish="Fisk")) == ["no page has the text 'Fish'"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<h1>Batches</h1>", "Batches"),
        ("<p>{{ n }} pens</p>", "pens"),
        ('<nav aria-label="Pages"></nav>', "Pages"),
        ('{% include "components/empty.html" with title="No pens here" %}', "No pens here"),
        ('{{ name|default:"No name" }}', "No name"),
    ],
)
def test_a_text_of_a_template_that_is_not_translated_is_found(tmp_path, source, text):
    path = tmp_path / "page.html"
    path.write_text(source)
    assert [fault.text for fault in texts.check_template(path)] == [f"not translated: {text!r}"]


def test_translated_texts_names_and_figures_of_a_template_are_in_order(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "{% load i18n %}<h1>{% translate 'Batches' %} – Grilse</h1><p>{{ n }} · 5</p>"
        "{% blocktranslate %}{{ n }} pens{% endblocktranslate %}<code>grilse plan</code>"
    )
    assert [*texts.check_template(path)] == []


@pytest.mark.parametrize("argument", ['title="Batches"', 'label=f"{n} pens"'])
def test_a_label_of_a_module_that_is_not_translated_is_found(tmp_path, argument):
    path = tmp_path / "module.py"
    path.write_text(f"Column({argument})\nColumn(title=_('Fish'), name='fish')\n")
    assert [fault.line for fault in texts.check_module(path)] == [1]


def test_texts_of_scripts_are_found_within_templates_of_strings(tmp_path):
    catalogue = Catalog()
    source = 'a.innerHTML = `<h2>${gettext("Plan")}</h2>${ngettext("{n} day", "{n} days", n, { n })}`;'
    texts.add_messages(catalogue, tmp_path / "page.js", "javascript", source)
    assert [message.id for message in catalogue if message.id] == ["Plan", ("{n} day", "{n} days")]


def test_a_script_sets_the_texts_of_scripts_with_their_context():
    catalogue = build_catalogue(Plan="Plan")
    catalogue.add("E", "Ø", context="compass")
    script = build_script(catalogue)
    assert script.startswith("globalThis.grilseTexts = {")
    assert '"compass\\u0004E": "Ø"' in script


def test_catalogues_are_compiled_as_they_are_written(tmp_path):
    folder = tmp_path / "src/grilse/locale/nb/LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in texts.list_domains():
        (folder / f"{domain}.po").write_bytes(texts.find_catalogue("nb", domain).read_bytes())
    compile_catalogues(tmp_path)
    assert (folder / "django.mo").read_bytes() == texts.find_catalogue("nb", "django").with_suffix(".mo").read_bytes()
    script = (tmp_path / "src/grilse/web/static/grilse/texts/nb.js").read_text()
    assert script == (texts.SOURCE / "web/static/grilse/texts/nb.js").read_text()
