// Rows in an order can be dragged; these buttons do the same from the keyboard.
for (const list of document.querySelectorAll("fieldset.sortable")) {
  const rows = () => [...list.querySelectorAll(".inline-related.has_original")];

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest(".inline-related");
    const all = rows();
    const up = button.dataset.move === "up";
    const other = all[all.indexOf(row) + (up ? -1 : 1)];
    if (!other) return;
    if (up) other.before(row);
    else other.after(row);
    rows().forEach((each, index) => {
      each.querySelector("input._reorder_").value = index + 1;
    });
    button.focus();
  });
}
