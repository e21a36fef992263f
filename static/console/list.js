// The customer list. Everything here is also done by plain links and forms.

const form = document.getElementById("filter-form");
const drawer = document.getElementById("changelist-filter");
const opener = document.getElementById("filters-open");

// Fields that nobody filled in stay out of the address.
form?.addEventListener("formdata", (event) => {
  const filled = [...event.formData].filter(([, value]) => value !== "");
  for (const name of new Set(event.formData.keys())) event.formData.delete(name);
  for (const [name, value] of filled) event.formData.append(name, value);
});

// Whoever opens the drawer is in it, and back at its button when it is closed.
if (drawer && opener) {
  let open = false;
  new MutationObserver(() => {
    const shown = drawer.style.display !== "none";
    if (shown === open) return;
    open = shown;
    (open ? drawer.querySelector("select, input:not([type=hidden])") : opener)?.focus();
  }).observe(drawer, { attributeFilter: ["style"] });
}
