// What the server answers, or the reason why it does not.

export async function fetchJson(address, options) {
  const answer = await fetch(address, options);
  // A login that ended is asked for again, and leads back here.
  if (answer.status === 401) { location.reload(); await new Promise(() => {}); }
  const type = answer.headers.get("Content-Type") ?? "";
  const said = type.startsWith("application/json") ? await answer.json() : null;
  if (!answer.ok) throw new Error(typeof said?.detail === "string" ? said.detail.replace(/\.$/, "") : `the server answered ${answer.status}`);
  return said;
}
