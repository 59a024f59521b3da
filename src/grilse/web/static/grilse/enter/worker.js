// Keeps the page Enter with its files, so that it opens without a line. The files have the hash of their content in
// their names: a page and its files are kept together, and replaced together once all of them have come.

const SHELL = "/enter/", STATIC = "/static/";
const PREFIX = "grilse-shell-", SHEETS = "grilse-sheets-";
const PATIENCE_MS = 5000;
let logins = 0;
const IMPORT = /(?:from|import)\s*["'](\.{1,2}\/[^"']+)["']/g, LINK = /(?:src|href)="(\/static\/[^"]+)"/g, URL_OF_CSS = /url\(["']?([^"')]+)["']?\)/g;
// The server writes the texts in the language of the page above this script.
const { language, title, text, enter } = globalThis.offlineTexts;
const OFFLINE = `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Grilse</title>
<p>${text} <a href="${SHELL}">${enter}</a></p>`;

addEventListener("install", (event) => { skipWaiting(); event.waitUntil(storeShell().catch(() => {})); });
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (address.origin !== location.origin) return;
  // Somebody signs in or out: what was kept for a login is not shown to the next.
  if (request.method === "POST" && /^\/(login|logout)\//.test(address.pathname)) event.waitUntil(dropPersonal());
  if (request.method !== "GET") return;
  if (address.pathname.startsWith(STATIC)) event.respondWith(findStatic(request));
  else if (request.mode === "navigate") event.respondWith(address.pathname === SHELL ? openShell(event) : openPage(request));
});

async function findStatic(request) { return (await caches.match(request)) ?? fetch(request); }

async function openPage(request) {
  try { return await fetch(request); } catch { return new Response(OFFLINE, { status: 503, headers: { "Content-Type": "text/html" } }); }
}

async function openShell(event) {
  try {
    const answer = await Promise.race([fetch(event.request), wait(PATIENCE_MS)]);
    if (answer.status >= 500) return (await caches.match(SHELL)) ?? answer;
    if (answer.ok && !answer.redirected) event.waitUntil(storeShell(answer.clone()).catch(() => {}));
    return answer;
  } catch {
    return (await caches.match(SHELL)) ?? openPage(event.request);
  }
}

const wait = (ms) => new Promise((_, refuse) => { setTimeout(refuse, ms); });

// Stores a page with every file that it needs, then deletes what was stored before.
async function storeShell(answer) {
  const before = logins;
  const page = answer ?? (await fetch(SHELL, { redirect: "manual" }));
  if (!page.ok) return;
  const html = await page.clone().text();
  const files = await collectFiles([...html.matchAll(LINK)].map(([, path]) => path));
  const name = PREFIX + (await digest([...files.keys()].sort().join("\n")));
  const cache = await caches.open(name);
  for (const [path, file] of files) await cache.put(path, file);
  if (logins !== before) return;
  await cache.put(SHELL, page);
  for (const other of await caches.keys()) if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
}

async function collectFiles(paths) {
  const files = new Map(), open = [...paths];
  while (open.length) {
    const path = open.pop();
    if (files.has(path)) continue;
    const file = (await caches.match(path)) ?? (await fetch(path));
    if (!file.ok) throw new Error(`${path}: ${file.status}`);
    files.set(path, file.clone());
    const pattern = path.endsWith(".js") ? IMPORT : path.endsWith(".css") ? URL_OF_CSS : null;
    if (pattern) for (const [, other] of (await file.text()).matchAll(pattern)) if (!other.startsWith("data:")) open.push(new URL(other, location.origin + path).pathname);
  }
  return files;
}

async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function dropPersonal() {
  logins += 1;
  for (const name of await caches.keys()) {
    if (name.startsWith(SHEETS)) await caches.delete(name);
    if (name.startsWith(PREFIX)) await (await caches.open(name)).delete(SHELL);
  }
}
