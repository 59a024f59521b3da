// Figures and dates as people of the field read them.

import { decimals, formatShortDay, monthName as nameMonth, weekdayName } from "../texts.js";

const THIN = "\u202f";

export const DAY = 86400;
export const seconds = (iso) => Date.parse(`${iso}T00:00:00Z`) / 1000;
const utc = (at) => new Date(at * 1000);

export const isoDate = (at) => utc(at).toISOString().slice(0, 10);
export const monthName = (at) => nameMonth(utc(at));
export const year = (at) => utc(at).getUTCFullYear();
export const shortDate = (at) => formatShortDay(utc(at));
export const day = (iso) => `${shortDate(seconds(iso))} ${year(seconds(iso))}`;
export const shortTime = (stamp) => `${shortDate(Date.parse(stamp) / 1000)} ${stamp.slice(11, 16)}`;
export const longDate = (at) => `${weekdayName(utc(at))} ${shortDate(at)} ${year(at)}`;

// Fixed with a number of significant digits, never with an exponent.
function significant(value, digits) {
  if (value === 0) return "0";
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return decimals(value.toFixed(Math.min(places, 6)));
}

export const missing = (value) => value === null || value === undefined;
const shown = (format) => (value) => (missing(value) ? "–" : format(value));

const grouped = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, THIN);
export const count = shown(grouped);
// Fish as estimated, whose last digits say nothing.
export const roughly = shown((fish) => {
  if (fish >= 1e6) return decimals(`${(fish / 1e6).toFixed(3)}${THIN}M`);
  return fish >= 1e5 ? `${Math.round(fish / 1e3)}${THIN}k` : grouped(fish);
});
export const weight = shown((grams) =>
  Math.abs(grams) >= 1000 ? decimals(`${(grams / 1000).toFixed(2)}${THIN}kg`) : `${significant(grams, 3)}${THIN}g`);
export const mass = shown((kg) => {
  if (Math.abs(kg) >= 10000) return `${grouped(kg / 1000)}${THIN}t`;
  if (Math.abs(kg) >= 1000) return decimals(`${(kg / 1000).toFixed(2)}${THIN}t`);
  return `${significant(kg, 3)}${THIN}kg`;
});
// Half the width of the 90 % interval.
export const relative = (sd, value) => (missing(sd) || !value ? "" : decimals(`±${THIN}${((164.5 * sd) / value).toFixed(1)}${THIN}%`));
export const celsius = shown((value) => decimals(`${value.toFixed(1)}${THIN}°C`));
export const percent = shown((value) => `${significant(value, 2)}${THIN}%`);
export const ratio = shown((value) => decimals(value.toFixed(2)));
export const signed = (percentage) =>
  decimals(`${percentage < 0 ? "−" : "+"}${Math.abs(percentage).toFixed(1)}${THIN}%`);

// From a value to another, with their unit once where it is the same.
export function between(format, low, high) {
  const [from, to] = [low, high].map(format);
  const unit = to.match(/\u202f\D+$/)?.[0];
  return `${unit && from.endsWith(unit) ? from.slice(0, -unit.length) : from} – ${to}`;
}

// A number alone, with its thousands apart.
export const plain = (value) => {
  const [whole, fraction] = String(Number(value.toPrecision(9))).split(".");
  return decimals([whole.replace(/\B(?=(\d{3})+$)/g, THIN), fraction].filter(Boolean).join("."));
};

// Labels of an axis: as few digits as tell its ticks apart.
const short = (value) => decimals(Number(value.toPrecision(6)).toString());
export const axis = {
  weight: (grams) => (grams === 0 ? "0" : grams >= 1000 ? `${short(grams / 1000)} kg` : `${short(grams)} g`),
  count: (fish) => (fish >= 1e6 ? `${short(fish / 1e6)} M` : fish >= 1e3 ? `${short(fish / 1e3)} k` : short(fish)),
  mass: (kg) => (kg === 0 ? "0" : kg >= 1000 ? `${short(kg / 1000).replace(/\B(?=(\d{3})+$)/g, THIN)} t` : `${short(kg)} kg`),
  celsius: (value) => `${short(value)} °C`,
  percent: (value) => `${short(value)} %`,
};
