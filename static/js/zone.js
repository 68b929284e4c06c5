// Adds the reader's own hours where their zone differs from the meeting's.
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
