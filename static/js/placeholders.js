// A press puts a placeholder where the cursor was last; the answers of the buttons are
// brought into view.
const fields = [...document.querySelectorAll("[data-places]")];
let last = fields.find((field) => field.matches("textarea"));

for (const field of fields) {
  field.addEventListener("focus", () => {
    last = field;
  });
}

function insert(place) {
  last.focus();
  last.setRangeText(place, last.selectionStart, last.selectionEnd, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const code of last && !last.readOnly ? document.querySelectorAll("[data-place]") : []) {
  const button = document.createElement("button");
  const { place } = code.dataset;
  button.type = "button";
  button.setAttribute("aria-label", `${code.closest("[data-insert]").dataset.insert} ${place}`);
  code.replaceWith(button);
  button.append(code);
  button.addEventListener("click", () => insert(place));
}

const frame = document.querySelector("iframe[name=preview]");
const shows = [...document.querySelectorAll("[data-show]")];
let isAsked = false;

for (const button of shows) {
  button.addEventListener("click", () => {
    isAsked = true;
  });
}

frame?.addEventListener("load", () => {
  // As high as what is in it, so that one scrolls in one place only.
  const { scrollHeight } = frame.contentDocument.documentElement;
  frame.style.blockSize = `${scrollHeight + 2}px`;
  if (!isAsked) return;
  isAsked = false;
  frame.scrollIntoView({ block: "nearest" });
  frame.focus({ preventScroll: true });
});

// Enter shows how it comes to the person named; it would save else.
document.querySelector("[data-whom]")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  shows[0].click();
});
