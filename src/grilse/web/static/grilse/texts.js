// Texts and formats of the page's language. The texts come from a script of that language; in English there is none.

const CONTEXT = "\u0004";
const catalogue = globalThis.grilseTexts ?? {};

// A text with its values in the place of {name}.
export const gettext = (text, values) => insert(catalogue[text] ?? text, values);
export const pgettext = (context, text, values) => insert(catalogue[context + CONTEXT + text] ?? text, values);
export function ngettext(one, many, number, values) {
  const [single, several] = catalogue[one] ?? [one, many];
  return insert(number === 1 ? single : several, values);
}
// Words and short texts that the server sends to scripts in English.
export const wordOf = (text) => insert(catalogue[`word${CONTEXT}${text}`] ?? text ?? "");

const insert = (text, values) => (values ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text);

const MONTHS = [
  pgettext("abbrev. month", "Jan"), pgettext("abbrev. month", "Feb"), pgettext("abbrev. month", "Mar"), pgettext("abbrev. month", "Apr"),
  pgettext("abbrev. month", "May"), pgettext("abbrev. month", "Jun"), pgettext("abbrev. month", "Jul"), pgettext("abbrev. month", "Aug"),
  pgettext("abbrev. month", "Sep"), pgettext("abbrev. month", "Oct"), pgettext("abbrev. month", "Nov"), pgettext("abbrev. month", "Dec"),
];
const WEEKDAYS = [
  pgettext("abbrev. day", "Sun"), pgettext("abbrev. day", "Mon"), pgettext("abbrev. day", "Tue"), pgettext("abbrev. day", "Wed"),
  pgettext("abbrev. day", "Thu"), pgettext("abbrev. day", "Fri"), pgettext("abbrev. day", "Sat"),
];
const DECIMAL = pgettext("decimal sign", ".");

// The decimal sign of the language in a number that a script wrote.
export const decimals = (text) => (DECIMAL === "." ? text : text.replace(".", DECIMAL));
// Days are given as a Date in UTC, or as a text that Date reads.
export const monthName = (at) => MONTHS[new Date(at).getUTCMonth()];
export const weekdayName = (at) => WEEKDAYS[new Date(at).getUTCDay()];
export const formatShortDay = (at) => pgettext("day of a year", "{day} {month}", { day: new Date(at).getUTCDate(), month: monthName(at) });
export const formatDay = (at) => `${formatShortDay(at)} ${new Date(at).getUTCFullYear()}`;
