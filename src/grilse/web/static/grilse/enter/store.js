// The browser's database of entries: one stays until the server has answered it. Each belongs to a login of a company.

import { openDB } from "../idb/index.js";

const DAYS_SHOWN = 2;
const database = openDB("grilse-enter", 1, {
  upgrade(db) {
    db.createObjectStore("entries", { keyPath: "number", autoIncrement: true }).createIndex("owner", "owner");
    db.createObjectStore("drafts");
  },
});
// Written to the disk before it counts as written.
const writing = async (name) => (await database).transaction(name, "readwrite", { durability: "strict" });

export async function listEntries(owner) { return (await database).getAllFromIndex("entries", "owner", owner); }
export async function readEntry(number) { return (await database).get("entries", number); }

export async function saveEntry(entry) {
  const change = await writing("entries");
  const number = await change.store.put(entry);
  await change.done;
  return number;
}

export async function deleteEntry(number) { const change = await writing("entries"); await change.store.delete(number); await change.done; }

// The draft of a form that is not sent yet, by owner, kind, site and day.
export async function readDraft(key) { return (await database).get("drafts", key); }
export async function saveDraft(key, draft) { const change = await writing("drafts"); await change.store.put(draft, key); await change.done; }

// What was typed for a day moves to another, unless something is typed for that.
export async function moveDraft(from, to) {
  const change = await writing("drafts");
  const [draft, other] = await Promise.all([change.store.get(from), change.store.get(to)]);
  if (draft?.touched && !other?.touched) { change.store.put(draft, to); change.store.delete(from); }
  await change.done;
}

// An entry takes the place of its draft in one transaction: no reload loses or doubles it.
export async function replaceDraft(key, entry) {
  const change = (await database).transaction(["drafts", "entries"], "readwrite", { durability: "strict" });
  change.objectStore("drafts").delete(key);
  const number = await change.objectStore("entries").put(entry);
  await change.done;
  return number;
}

export async function deleteOldEntries(owner) {
  const oldest = Date.now() - DAYS_SHOWN * 24 * 3600_000;
  for (const entry of await listEntries(owner)) {
    if (entry.state === "sent" && entry.sentAt < oldest) await deleteEntry(entry.number);
  }
}

// Without TLS a browser has no randomUUID.
export function makeKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
