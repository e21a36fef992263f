// Elements are made here and nowhere else: text is always text, so a name that looks like markup stays a name.

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function button(text, run, properties = {}) {
  return element("button", { type: "button", ...properties, on: { click: run } }, text);
}

export function icon(name) {
  return element("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);
}

// Entries: [value, label], or {label, entries} for a group of them.
export function select(entries, chosen, change, properties = {}) {
  const option = ([value, label]) =>
    element("option", { value: String(value), selected: String(value) === String(chosen) }, label);
  const made = entries.map((entry) =>
    Array.isArray(entry) ? option(entry) : element("optgroup", { label: entry.label }, entry.entries.map(option)),
  );
  return element("select", { ...properties, on: { change: (event) => change(event.target.value) } }, made);
}

// "%(n)d customers" with {n: 3}.
export function filled(text, values) {
  return text.replace(/%\((\w+)\)[sd]/g, (_all, name) => values[name]);
}
