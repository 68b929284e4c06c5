// Fields with a search of their own get the name that their label gives them.
function label(select) {
  const box = select.nextElementSibling;
  const combobox = box?.querySelector("[role=combobox]");
  const text = box?.querySelector("[role=textbox]");
  const words = select.labels[0];
  if (!combobox || !text || !words) return;
  words.id ||= `${select.id}_label`;
  combobox.setAttribute("aria-labelledby", `${words.id} ${text.id}`);
  text.setAttribute("aria-labelledby", words.id);
}

function labelAll(root) {
  root.querySelectorAll("select.admin-autocomplete").forEach(label);
}

// Django makes these fields in the same queue, before us.
window.django?.jQuery?.(() => labelAll(document));
document.addEventListener("formset:added", (event) => labelAll(event.target));
