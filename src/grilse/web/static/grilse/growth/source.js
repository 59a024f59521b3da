// What the server answers, or the reason why it does not.

export async function fetchJson(address, options) {
  const answer = await fetch(address, options);
  // After the end of a session, log in again and return to this page.
  if (answer.status === 401) { location.reload(); await new Promise(() => {}); }
  const type = answer.headers.get("Content-Type") ?? "";
  const body = type.startsWith("application/json") ? await answer.json() : null;
  if (!answer.ok) throw new Error(typeof body?.detail === "string" ? body.detail.replace(/\.$/, "") : `the server answered ${answer.status}`);
  return body;
}
