// Makes each empty place of a star a button. Pages are the same for everybody, so whose
// stars these are is asked for here, once this browser has any.
let places = [];
const words = document.querySelector("[data-stars]").dataset;
const address = words.stars;
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
      tell(error.message && !isOffline ? error.message : words[isOffline ? "offline" : "failed"].replace("{title}", titleOf(place)));
    }
  });
};

const place = (where) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "star-button";
  button.setAttribute("aria-label", words.label.replace("{title}", titleOf(where)));
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => toggle(where, button));
  where.replaceChildren(button);
};

const load = async () => {
  if (document.cookie.includes(`${words.begun}=`)) show(await ask());
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
