// Photos of an entry: made smaller, kept with its draft, and sent after its records.

import { copy, part } from "./dom.js";
import { nameOf } from "./form.js";
import { makeKey } from "./store.js";

const MOST = 6, LONGEST_SIDE = 1600, QUALITY = 0.8;
// The words of the server for the records of each kind.
const RECORDS = {
  round: "losses", lice: "lice-counts", weights: "weight-samples", feed: "meals", delivery: "deliveries", treatment: "treatments",
  transfer: "transfers", harvest: "harvests", health: "health-samples", reading: "readings",
};

export const isPhoto = (request) => request?.photo !== undefined;
export const undoPhoto = (result) => result.ids.map((id) => ({ path: `/photos/${id}?reason=Undone` }));

// The requests that send the photos of a draft.
export function buildRequests(kind, day, { photos = [] }) {
  return photos.map(({ blob, place }) => ({
    method: "POST", path: `/photos?kind=${RECORDS[kind]}&date=${day}&${place}`, photo: blob, type: blob.type, key: makeKey(),
  }));
}

// Shows the photos of a draft below its form, and those that the server has of the day; `place` says what the next one is of.
export function showPhotos({ kind, sheet, day, draft, keep, site, isAllowed }) {
  const section = copy("photos"), list = section.querySelector("ul"), input = section.querySelector("input");
  const places = listPlaces(kind, sheet);
  input.addEventListener("change", add);
  part("photo-view").replaceChildren(section);
  section.hidden = !places.length || !isAllowed;
  draw();
  showSaved();

  function draw() {
    list.replaceChildren(...(draft.photos ?? []).map((photo, at) => {
      const row = copy("photo");
      drawPicture(row.querySelector("canvas"), photo.blob);
      const choice = row.querySelector("select");
      choice.append(...places.map(([value, name]) => new Option(name, value)));
      choice.value = photo.place;
      choice.addEventListener("change", () => { photo.place = choice.value; keep(); });
      row.querySelector("button").addEventListener("click", () => { draft.photos.splice(at, 1); keep(); draw(); input.focus(); });
      return row;
    }));
  }

  async function add() {
    const files = [...input.files];
    input.value = "";
    const shown = (problem) => { section.querySelector(".wrong").textContent = problem ? section.dataset[problem] : ""; };
    shown("");
    for (const file of section.hidden ? [] : files) {
      if ((draft.photos?.length ?? 0) >= MOST) { shown("most"); break; }
      const blob = await shrink(file).catch(() => null);
      if (!blob) { shown("unreadable"); continue; }
      (draft.photos ??= []).push({ blob, place: choosePlace(kind, sheet, draft) ?? places[0][0] });
      try { await keep(); } catch { draft.photos.pop(); shown("full"); break; }
    }
    draw();
    section.scrollIntoView({ block: "nearest" });
  }

  function showSaved() {
    const saved = (sheet.photos ?? []).filter((photo) => photo.date === day && photo.kind === RECORDS[kind]);
    section.querySelector(".saved").replaceChildren(...saved.map((photo) => {
      const name = places.find(([value]) => value === namePlace(photo))?.[1] ?? site.name;
      const link = copy("saved-photo", { name });
      link.href = `/api/v1/photos/${photo.id}`;
      Object.assign(link.querySelector("img"), { src: link.href, alt: name });
      return link;
    }));
  }
}

const namePlace = ({ container, store }) => (store ? `store=${store}` : `container=${container}`);

function listPlaces(kind, sheet) {
  if (kind === "delivery") return [...new Map(sheet.stores.map((row) => [`store=${row.store}`, row.store_name]))];
  // A sheet that an earlier version stored has no such ids.
  return sheet.pens.filter((pen) => pen.container_id).map((pen) => [`container=${pen.container_id}`, nameOf(pen, sheet)]);
}

// The pen of the round, or the one that the form is of.
function choosePlace(kind, sheet, draft) {
  if (kind === "delivery") return `store=${draft.values.store}`;
  const pen = kind === "round" ? sheet.pens[draft.current] : sheet.pens.find(({ placement }) => placement === draft.pens?.[0]);
  return pen && `container=${pen.container_id}`;
}

// A JPEG of at most 1,600 pixels: without the place and the camera that phones write into photos.
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
}

// On a canvas: the pages of the product show no picture from elsewhere, and a blob counts as elsewhere.
export async function drawPicture(canvas, blob) {
  const picture = await createImageBitmap(blob).catch(() => null);
  if (!picture) return;
  canvas.width = Math.round((canvas.height * picture.width) / picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
}
