// Shows a question once what it hangs on is answered; the server decides all the same.
const dependent = [...document.querySelectorAll("[data-question]")];

const plain = (text) => text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const answers = (form, name) =>
  [...form.elements]
    .filter((field) => field.name === name && !field.matches(":disabled"))
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .map((field) => plain(field.value));

const applies = (question) => {
  const { categories, depends, values } = question.dataset;
  const form = question.closest("form");
  const has = (name, wanted) => answers(form, name).some((answer) => wanted.map(plain).includes(answer));
  return (!categories || has("category", categories.split(" "))) && (!depends || has(depends, values.split("|")));
};

const show = () => {
  // One may hang on another, in any order: as often as there are any is enough.
  for (const _again of dependent) {
    for (const question of dependent) {
      question.hidden = question.disabled = !applies(question);
    }
  }
  for (const group of document.querySelectorAll("[data-questions]")) {
    group.hidden = [...group.children].every((part) => part.hidden || part.matches("h2, [type=hidden]"));
  }
};

if (dependent.length) {
  for (const happening of ["input", "change"]) {
    dependent[0].form.addEventListener(happening, show);
  }
  addEventListener("pageshow", show); // The browser has filled it in again on the way back.
  show();
}
