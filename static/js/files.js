// A file that is too large is refused at once, and not after minutes of sending it.
document.addEventListener("change", ({ target: input }) => {
  const most = Number(input.dataset.mostBytes);
  if (!most) return;
  const id = `${input.id}_too_large`;
  document.getElementById(id)?.remove();
  const large = [...input.files].filter((file) => file.size > most);
  if (!large.length) return;
  const line = document.createElement("p");
  line.id = id;
  line.className = "error errornote";
  line.setAttribute("role", "alert");
  const names = input.multiple ? `${large.map((file) => file.name).join(", ")}: ` : "";
  line.textContent = names + input.dataset.tooLarge;
  input.after(line);
  input.value = "";
});
