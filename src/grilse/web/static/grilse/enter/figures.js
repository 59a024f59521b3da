// Figures that are shown while somebody types, also without a line.

import { decimals, formatDay } from "../texts.js";

const THIN = "\u202f";
export const MINUTE = 60_000, DAY = 24 * 60 * MINUTE;

export const group = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
export const fixed = (value, digits) => (Number.isFinite(value) ? decimals(value.toFixed(digits)) : "–");
export const weight = (grams) => (!Number.isFinite(grams) ? "–" : grams >= 1000 ? `${fixed(grams / 1000, 2)}${THIN}kg` : `${fixed(grams, grams < 100 ? 1 : 0)}${THIN}g`);
export const biomass = (kg) => (kg >= 10_000 ? `${fixed(kg / 1000, 1)}${THIN}t` : `${group(kg)}${THIN}kg`);
export const percent = (share, digits = 2) => `${fixed(100 * share, digits)}${THIN}%`;
export const sum = (values) => values.reduce((total, value) => total + value, 0);

// Risk of death over some days: 1 − e^(−rate), the rate being the dead over the mean number at risk.
export const mortality = (dead, fishAfter) => 1 - Math.exp(-dead / (fishAfter + dead / 2));

export const shiftDay = (day, days) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / DAY);

// The current day in a time zone, as 2026-11-30.
export const today = (zone) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());
export const showDay = formatDay;
export const showTime = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

// A time of a day in a time zone, with the offset that it has there.
export function toInstant(day, time, zone) {
  const offset = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(new Date(`${day}T${time}:00Z`)).find(({ type }) => type === "timeZoneName").value.replace("GMT", "");
  return `${day}T${time}:00${offset || "+00:00"}`;
}
