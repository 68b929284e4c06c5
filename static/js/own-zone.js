// Offers the time zone of the device where deadlines are in the hours of another.
const form = document.querySelector("[data-own-zone]");
const offer = form.querySelector("[data-words]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (zone && zone !== form.dataset.ownZone) {
  const city = zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
  offer.value = zone;
  offer.textContent = offer.dataset.words.replace("{zone}", city);
  offer.hidden = false;
}
