// What the page is asked to show, kept in its address so that a view can be a bookmark.

export class Choices {
  constructor() {
    const asked = new URLSearchParams(location.search);
    this.placement = asked.get("placement") ?? "";
    this.every = asked.get("every") === "week" ? "week" : "day";
    this.asOf = asked.get("as_of") ?? "";
    this.known = asked.has("known");
    this.logarithmic = asked.has("log");
    // Where the cursor starts; a link to a day has it, the address afterwards does not.
    this.date = asked.get("date");
  }

  set(changes) {
    Object.assign(this, changes);
    const query = this.query();
    if (this.known) query.set("known", "");
    if (this.logarithmic) query.set("log", "");
    if (query.get("every") === "day") query.delete("every");
    history.replaceState(null, "", query.size ? `?${query}`.replaceAll("=&", "&").replace(/=$/, "") : location.pathname);
  }

  // What the server is asked.
  query() {
    const query = new URLSearchParams({ every: this.every });
    if (this.placement) query.set("placement", this.placement);
    if (this.asOf) query.set("as_of", this.asOf);
    return query;
  }
}
