// The programme on one screen: what its buttons and links do without loading the page
// anew, and parts that are dragged. Without this file all of it works by pages.
const said = document.querySelector("[data-said]");
const programme = () => document.querySelector("[data-programme]");
// What is opened in its place: what the rows of a day link to, unless it is said to leave.
const OPENS = "[data-day] a:not([data-panel] a, [data-leaves])";
// One after the other: each answer shows what the one before has done.
let before = Promise.resolve();

function say(text) {
  said.textContent = "";
  said.textContent = text;
}

async function load(address, options) {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, panel: page.querySelector("[data-panel]"), next: page.querySelector("[data-programme]") };
}

// Panels in which somebody has typed stay open, with the version that they have seen.
function swap(next, closed) {
  const open = [...document.querySelectorAll(".pg-open")].filter((each) => each !== closed && each.dataset.typed);
  programme().replaceWith(next);
  for (const panel of open) {
    const place = document.getElementById(panel.dataset.panel) ?? next;
    put(panel, place);
  }
}

function put(panel, place) {
  const row = place.querySelector(":scope > .pg-row, :scope > h2");
  if (row) row.after(panel);
  else place.prepend(panel);
}

function show(panel, place) {
  document.getElementById(panel.dataset.panel)?.querySelector(":scope > .pg-open")?.remove();
  panel.classList.add("pg-open");
  put(panel, place);
  const first = panel.querySelector("[role=alert]") ?? panel.querySelector("input:not([type=hidden]), select");
  first?.focus();
}

function send(form, button, extra = {}) {
  const data = new FormData(form, button);
  for (const [name, value] of Object.entries(extra)) data.set(name, value);
  const panel = form.closest(".pg-open");
  before = before.then(() => answer(form, data, panel)).catch(() => say(said.dataset.failed));
  return before;
}

async function answer(form, data, panel) {
  const { page, panel: again, next } = await load(form.action, { method: "POST", body: data });
  if (next) {
    const keeps = panel?.dataset.typed && data.has("do");
    swap(next, keeps ? null : panel);
    say([...page.querySelectorAll(".messagelist li")].map((each) => each.textContent.trim()).join(" "));
    focus(next, data.get("do"));
  } else if (again && panel) {
    again.dataset.typed = "yes";
    again.classList.add("pg-open");
    panel.replaceWith(again);
    again.querySelector("[role=alert]")?.focus();
  } else {
    location.reload();
  }
}

function focus(next, command) {
  const conflict = next.querySelector("[data-conflict]");
  const button = command && next.querySelector(`button[value="${command}"]`);
  const place = document.getElementById(next.dataset.at);
  const target = conflict ?? button ?? place;
  if (target) stand(target);
  target?.scrollIntoView({ block: "nearest" });
}

function stand(target) {
  // A row takes the focus only where it is given it.
  if (target.matches("li, [data-day]")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!programme() || !form.closest("[data-programme]") && form.id !== "act") return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("input", (event) => {
  const panel = event.target.closest(".pg-open");
  if (panel) panel.dataset.typed = "yes";
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest(`${OPENS}, [data-close]`);
  if (!link || !programme() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if ("close" in link.dataset) {
    const panel = link.closest(".pg-open");
    const place = panel.parentElement;
    panel.remove();
    stand(place);
    return;
  }
  try {
    const { panel } = await load(link.href);
    if (panel) show(panel, link.closest("li, [data-day]"));
    else location.href = link.href;
  } catch {
    say(said.dataset.failed);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (drag) return end(false);
  event.target.closest?.(".pg-open")?.querySelector("[data-close]")?.click();
});

// Dragging: by the grip, with mouse, pen or finger. A line shows where it would go.
const EDGE = 60;
let drag = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button !== 0) return;
  event.preventDefault();
  const part = grip.closest("li");
  const [kind] = part.id.split("-");
  const line = document.createElement(part.tagName);
  line.className = "pg-line";
  drag = { part, line, kind, group: part.parentElement.dataset.group };
  grip.setPointerCapture(event.pointerId);
  part.classList.add("is-dragged");
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const { clientX: x, clientY: y } = event;
  if (y < EDGE) scrollBy(0, y - EDGE);
  if (y > innerHeight - EDGE) scrollBy(0, y - innerHeight + EDGE);
  aim(document.elementFromPoint(x, y), y);
});

function aim(under, y) {
  const lists = `[data-list="${drag.kind}"]${drag.group ? `[data-group="${drag.group}"]` : ""}`;
  const row = under?.closest(`[data-list="${drag.kind}"] > [id]`);
  if (row === drag.part) return;
  if (row?.parentElement.matches(lists)) {
    const box = row.getBoundingClientRect();
    if (y < box.top + box.height / 2) row.before(drag.line);
    else row.after(drag.line);
    return;
  }
  // Beside all rows: the last of the day, session or item over which it is.
  const list = under?.closest(".pg-item, .pg-session, .pg-day")?.querySelector(lists);
  if (list && !list.contains(drag.line)) list.append(drag.line);
}

function end(drops) {
  const { part, line } = drag;
  drag = null;
  part.classList.remove("is-dragged");
  const list = line.parentElement;
  let row = line.previousElementSibling;
  if (row === part) row = part.previousElementSibling;
  const isElsewhere = list && row !== part.previousElementSibling || list !== part.parentElement;
  line.remove();
  if (!drops || !list || !isElsewhere) return;
  send(document.getElementById("act"), null, {
    do: `put ${part.id.replace("-", " ")}`,
    into: list.dataset.into,
    after: row?.id.split("-")[1] ?? "0",
  });
}

document.addEventListener("pointerup", () => drag && end(true));
document.addEventListener("pointercancel", () => drag && end(false));
