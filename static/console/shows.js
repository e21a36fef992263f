// Fields that matter for some choices only are shown with these alone. The choice says which: data-shows holds, of each
// value, the names of its fields. What was refused stays in sight; without this script everything does.

const controls = [...document.querySelectorAll("[data-shows]")];
const names = new Set(controls.map((control) => control.name));

function chosen(some) {
  const on = some.filter((control) => !["checkbox", "radio"].includes(control.type) || control.checked);
  return new Set(on.map((control) => control.value));
}

function show(some) {
  const values = chosen(some);
  const fields = new Map();
  for (const [value, shown] of Object.entries(JSON.parse(some[0].dataset.shows)))
    for (const field of shown) fields.set(field, fields.get(field) || values.has(value));
  for (const [field, wanted] of fields) {
    const place = document.getElementsByName(field)[0]?.closest(".group");
    if (place) place.style.display = wanted || place.classList.contains("errors") ? "" : "none";
  }
}

for (const name of names) {
  const some = controls.filter((control) => control.name === name);
  for (const control of some) control.addEventListener("change", () => show(some));
  show(some);
}
