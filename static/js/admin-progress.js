// Work that goes on in a worker: its progress, without loading the page anew.
const EVERY = 1500;

async function look() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const here = document.querySelector("[data-progress]");
  const there = page.querySelector("[data-progress]");
  // Numbers that were not there yet come with all that belongs to them.
  const isSame = document.querySelector("[data-live]") || !page.querySelector("[data-live]");
  if (!answer.ok || !there || !isSame) {
    location.reload();
    return;
  }
  const [now, next] = [here.querySelector("progress"), there.querySelector("progress")];
  if (now && next) [now.max, now.value] = [next.max, next.value];
  const [said, says] = [here.querySelector("[role=status]"), there.querySelector("[role=status]")];
  if (said.textContent !== says.textContent) said.replaceChildren(...says.childNodes);
  for (const number of document.querySelectorAll("[data-live]")) {
    const newer = page.querySelector(`[data-live="${number.dataset.live}"]`);
    if (newer) number.textContent = newer.textContent;
  }
  setTimeout(look, EVERY);
}

if (document.querySelector("[data-progress]")) setTimeout(look, EVERY);
