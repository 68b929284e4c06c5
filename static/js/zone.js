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
    const moments = [...hours.querySelectorAll("time")].map((time) => new Date(time.dateTime));
    if (!moments.some((moment) => offset(moment, own) !== offset(moment, note.dataset.zone))) continue;
    differs = true;
    const yours = document.createElement("small");
    yours.className = "yours";
    const [day, theirs] = [own, note.dataset.zone].map((zone) => weekday(moments[0], zone));
    const words = [day === theirs ? "" : day, moments.map(hour).join("–"), note.dataset.yours];
    yours.textContent = words.filter(Boolean).join(" ");
    hours.querySelector("time:last-of-type").after(" ", yours);
  }
  note.classList.toggle("differs", differs);
};

addOwn();
// The page follows the day.
document.addEventListener("htmx:afterSwap", addOwn);
