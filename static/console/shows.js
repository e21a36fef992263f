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
  // A choice that isn't shown itself shows none.
  const seen = some[0].closest(".group")?.style.display !== "none";
  for (const [value, shown] of Object.entries(JSON.parse(some[0].dataset.shows)))
    for (const field of shown) fields.set(field, fields.get(field) || (seen && values.has(value)));
  for (const [field, wanted] of fields) {
    const place = document.getElementsByName(field)[0]?.closest(".group");
    if (place) place.style.display = wanted || place.classList.contains("errors") ? "" : "none";
  }
}

function showAll() {
  for (const name of names) show(controls.filter((control) => control.name === name));
}

for (const control of controls) control.addEventListener("change", showAll);
showAll();
