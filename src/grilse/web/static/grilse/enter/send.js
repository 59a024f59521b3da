// Sends the waiting entries of a login in their order, each request with its idempotency key.

import { listEntries, readEntry, saveEntry } from "./store.js";

const API = "/api/v1";
const PATIENCE_MS = 60_000;
const MOST_FAILURES = 3;
export const AWAY = "away", SIGNED_OUT = "signed out", DONE = "done";

// One tab at a time sends, so that entries keep their order. Browsers have locks with TLS only.
const alone = (name, run) => (navigator.locks ? navigator.locks.request(name, run) : run());

// `prepare` completes a request before it is sent for the first time; it is stored, since a repeat must say the same.
export function sendWaiting(login, changed, prepare) {
  return alone(`grilse-send-${login.owner}`, async () => {
    for (;;) {
      const entries = await listEntries(login.owner);
      const entry = entries.find(({ state }) => state === "waiting");
      if (!entry) return DONE;
      entry.requests.slice(entry.next).forEach((request) => prepare(request, entry, entries));
      await saveEntry(entry);
      const outcome = await sendEntry(login, entry);
      await changed(entry);
      if (outcome !== DONE) return outcome;
    }
  });
}

async function sendEntry(login, entry) {
  while (entry.next < entry.requests.length) {
    const answer = await sendRequest(login, entry.requests[entry.next]);
    if (answer === AWAY || answer === SIGNED_OUT) return answer;
    if (answer.status >= 500 || answer.status === 429) {
      // A server that restarts is back soon; an entry that fails it each time does not hold up the others.
      entry.failures = answer.status === 500 ? (entry.failures ?? 0) + 1 : 0;
      if (entry.failures < MOST_FAILURES) { await saveEntry(entry); return AWAY; }
    }
    if (answer.status >= 400) {
      const asks = answer.status === 409 && answer.body.errors?.some(({ code }) => code);
      await saveEntry(Object.assign(entry, { state: asks ? "asking" : "refused", problem: answer.body }));
      return DONE;
    }
    entry.results.push(answer.body);
    entry.next += 1;
    // An entry that was deleted meanwhile is in the server now: it comes back, to be withdrawn.
    await saveEntry(entry);
  }
  await saveEntry(Object.assign(entry, { state: "sent", sentAt: Date.now(), problem: null }));
  return DONE;
}

async function sendRequest(login, { method, path, body, text, photo, type, key }) {
  try {
    const headers = { "Idempotency-Key": key, ...(type ? { "Content-Type": type } : {}) };
    const answer = await call(login, path, { method, body: photo ?? text ?? (body && JSON.stringify(body)), headers });
    if (answer.status === 401) return SIGNED_OUT;
    return { status: answer.status, body: await readBody(answer) };
  } catch {
    return AWAY;
  }
}

async function readBody(answer) {
  const text = await answer.text();
  try { return JSON.parse(text); } catch {
    if (answer.ok) throw new Error("cut off");
    return { detail: `the server answered ${answer.status}` };
  }
}

// The server refuses a request that names another login than its session has.
export function call(login, path, { headers = {}, ...options } = {}) {
  return fetch(API + path, {
    ...options,
    signal: AbortSignal.timeout(PATIENCE_MS),
    cache: "no-store",
    headers: {
      "Content-Type": "application/json",
      "Grilse-Company": login.company,
      "Grilse-User": login.user,
      "X-CSRFToken": readToken(),
      ...headers,
    },
  });
}

const readToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

// Sends an entry that asked or was refused again. Its requests have new keys: they may say something else now.
export async function retryEntry(number, makeKey, change = () => {}) {
  const entry = await readEntry(number);
  entry.requests.slice(entry.next).forEach((request) => { change(request); request.key = makeKey(); });
  await saveEntry(Object.assign(entry, { state: "waiting", problem: null, failures: 0 }));
}
