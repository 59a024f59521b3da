// What is at hand at a site. The last sheets are kept for when there is no line, apart for each login.

import { call } from "./send.js";

const PREFIX = "grilse-sheets-";
const nameCache = (login) => `${PREFIX}${login.owner}`;
const hasCaches = "caches" in globalThis;

// The server's answer, else the one it gave last; null where there is neither.
export async function readSheet(login, path) {
  const fresh = await fetchSheet(login, path);
  if (fresh.body) return { ...fresh, kept: false };
  const kept = hasCaches && (await (await caches.open(nameCache(login))).match(path));
  return { status: fresh.status, body: kept ? await kept.json() : null, kept: true };
}

async function fetchSheet(login, path) {
  try {
    const answer = await call(login, path);
    if (!answer.ok) return { status: answer.status, body: null };
    const copy = answer.clone();
    const body = await answer.json();
    if (hasCaches) await (await caches.open(nameCache(login))).put(path, copy);
    return { status: answer.status, body };
  } catch {
    return { status: 0, body: null };
  }
}
