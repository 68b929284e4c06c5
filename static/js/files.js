// A file that is too large is refused at once, and not after minutes of sending it.
document.addEventListener("change", ({ target: input }) => {
  const most = Number(input.dataset.mostBytes);
  if (!most) return;
  const id = `${input.id}_too_large`;
  document.getElementById(id)?.remove();
  if ([...input.files].every((file) => file.size <= most)) return;
  const line = document.createElement("p");
  line.id = id;
  line.className = "error errornote";
  line.setAttribute("role", "alert");
  line.textContent = input.dataset.tooLarge;
  input.after(line);
  input.value = "";
});
