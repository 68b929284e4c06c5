// What the meeting's pages do besides: one file, so that a first visit asks for few.
// Each part begins where the page has something for it, and knows nothing of the others.
const settings = document.currentScript.dataset;

// Adds the reader's own hours where their zone differs from the meeting's.
{
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const chosen = new URLSearchParams(location.search).has("zone");

  const offset = (moment, timeZone) =>
    new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
      .formatToParts(moment)
      .find((part) => part.type === "timeZoneName").value;

  const weekday = (moment, timeZone) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "short", timeZone }).format(moment);

  const hour = (moment) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })
      .format(moment)
      .replace(":", ".");

  const addOwn = () => {
    const note = document.querySelector("[data-zone]");
    if (!note || !own || chosen) return;
    let differs = false;
    for (const hours of document.querySelectorAll(".hours, .item-hours")) {
      // What was planned stands beside it, and is not counted.
      const range = hours.querySelector("[dir='ltr']") ?? hours.querySelector("time");
      const times = range?.matches("time") ? [range] : [...(range?.querySelectorAll("time") ?? [])];
      const moments = times.map((time) => new Date(time.dateTime));
      if (!moments.some((moment) => offset(moment, own) !== offset(moment, note.dataset.zone))) continue;
      differs = true;
      const yours = document.createElement("small");
      yours.className = "yours";
      const [day, theirs] = [own, note.dataset.zone].map((zone) => weekday(moments[0], zone));
      const figures = document.createElement("bdi");
      figures.dir = "ltr";
      figures.textContent = moments.map(hour).join("–");
      yours.append(day === theirs ? "" : `${day} `, figures, ` ${note.dataset.yours}`);
      range.after(" ", yours);
    }
    note.classList.toggle("differs", differs);
  };

  addOwn();
  // The page follows the day.
  document.addEventListener("htmx:afterSwap", addOwn);
}

// Makes each empty place of a star a button. Pages are the same for everybody, so whose
// stars these are is asked for here, once this browser has any.
if (settings.stars) {
  let places = [];
  const address = settings.stars;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel(`stars ${address}`) : null;
  let token = "";
  let known = [];
  let message = null;
  // One after the other: the first star makes the agenda that the next is put on.
  let queue = Promise.resolve();

  const titleOf = (place) => {
    let part = place;
    while (part && !part.querySelector("h1, h2, h3, h4")) part = part.parentElement;
    return part?.querySelector("h1, h2, h3, h4").textContent.trim().replace(/\s+/g, " ") ?? "";
  };

  const show = (stars) => {
    known = stars;
    for (const place of places) {
      const isOn = stars.includes(place.dataset.star);
      place.firstElementChild?.setAttribute("aria-pressed", String(isOn));
    }
  };

  const tell = (text) => {
    message ??= document.body.appendChild(document.createElement("p"));
    message.className = "notice star-message";
    message.setAttribute("role", "alert");
    message.textContent = text;
  };

  const ask = async () => {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    const state = await response.json();
    token = state.token;
    return state.stars;
  };

  const send = async (name, value) => {
    const response = await fetch(address.replace(/stars$/, ""), {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams({ [name]: value }),
    });
    const answer = response.headers.get("Content-Type") === "application/json" ? await response.json() : {};
    if (!response.ok) throw new Error(answer.problem ?? "");
    return answer.stars;
  };

  const toggle = (place, button) => {
    const wasOn = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!wasOn));
    message?.remove();
    message = null;
    queue = queue.then(async () => {
      try {
        if (!token) await ask();
        known = await send(wasOn ? "remove" : "add", place.dataset.star);
        tabs?.postMessage(known);
      } catch (error) {
        button.setAttribute("aria-pressed", String(wasOn));
        const isOffline = error instanceof TypeError;
        tell(error.message && !isOffline ? error.message : settings[isOffline ? "offline" : "failed"].replace("{title}", titleOf(place)));
      }
    });
  };

  const place = (where) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "star-button";
    button.setAttribute("aria-label", settings.label.replace("{title}", titleOf(where)));
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => toggle(where, button));
    where.replaceChildren(button);
  };

  const load = async () => {
    if (document.cookie.includes(`${settings.begun}=`)) show(await ask());
  };

  const begin = () => {
    places = [...document.querySelectorAll("[data-star]")];
    places.forEach(place);
    show(known);
  };

  begin();
  // Without a connection no star is shown as set; the page is whole without.
  load().catch(() => {});
  tabs?.addEventListener("message", (event) => show(event.data));
  // The page follows the day.
  document.addEventListener("htmx:afterSwap", begin);
  addEventListener("pageshow", (event) => event.persisted && load().catch(() => {}));
}

// Open pages follow the day while somebody looks at them, and say when they cannot.
{
  const showLost = (isLost) => {
    for (const note of document.querySelectorAll("[data-lost]")) note.hidden = !isLost;
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-follows]")) htmx.trigger(part, "seen");
  });
  document.addEventListener("htmx:sendError", () => showLost(true));
  document.addEventListener("htmx:responseError", () => showLost(true));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) showLost(false);
  });
}

// Has the browser keep the agenda; the page that is open is kept as well.
if (settings.worker && "serviceWorker" in navigator) {
  addEventListener("load", async () => {
    try {
      const { worker, scope } = settings;
      await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ keep: location.pathname });
    } catch {
      // Without it the page works as it is.
    }
  });
}
