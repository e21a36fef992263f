// Names for fields that have none of their own: what select2 draws in place of a choice, and the cells of a table of forms.
(() => {
  const text = (element) => (element ? element.textContent.trim() : "");

  function labelOf(field) {
    const own = text(field.labels && field.labels[0]);
    const cell = own ? null : field.closest("[data-inline-type=tabular] td");
    if (!cell) return own;
    const heading = cell.closest("table").querySelectorAll("thead th")[cell.cellIndex];
    return text(heading) || cell.dataset.label || "";
  }

  function nameDrawn(select) {
    const drawn = select.nextElementSibling;
    if (!drawn || !drawn.classList.contains("select2")) return;
    const name = labelOf(select) || select.getAttribute("aria-label") || select.dataset.placeholder || select.name;
    for (const part of drawn.querySelectorAll("[role=combobox], [role=textbox], .select2-search__field")) {
      if (part.getAttribute("aria-label") !== name) part.setAttribute("aria-label", name);
    }
    // Its list holds a button beside the items, so that it is none.
    for (const part of drawn.querySelectorAll("ul.select2-selection__rendered, ul.select2-selection__rendered > li")) {
      if (!part.hasAttribute("role")) part.setAttribute("role", "none");
    }
  }

  function nameAll() {
    document.querySelectorAll("select.select2-hidden-accessible").forEach(nameDrawn);
    for (const field of document.querySelectorAll("[data-inline-type=tabular] td :is(input, select, textarea)")) {
      const named = field.type === "hidden" || field.labels.length || field.hasAttribute("aria-label");
      const name = named ? "" : labelOf(field);
      if (name) field.setAttribute("aria-label", name);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameAll();
    // Select2 draws after this, and anew with each choice; a table gets more rows.
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  });
})();
