// A field in which one row, or several, are picked by searching: a combobox as WAI-ARIA describes it.
// Arrows move, Enter picks or drops, Escape closes, Backspace in an empty field drops the last one.
import { button, element, filled, icon } from "./dom.js";

const WAIT = 200;

// search(term, signal) → [{id, text}]; names: Map of id → text, filled as they are learnt.
export function picker({ id, label, multiple, chosen, change, search, names, texts, ready }) {
  const state = { chosen: [...chosen], found: [], at: -1, open: false, timer: 0, asked: null };
  const chips = element("ul", { class: "cb-chips", "aria-label": label });
  const list = element("ul", { id: `${id}-list`, class: "cb-options", role: "listbox", hidden: true, "aria-label": label });
  const told = element("span", { class: "cb-unseen", role: "status" });
  if (multiple) list.setAttribute("aria-multiselectable", "true");
  const input = element("input", {
    id, class: "cb-input", type: "text", role: "combobox", autocomplete: "off", "aria-expanded": "false",
    "aria-controls": `${id}-list`, "aria-autocomplete": "list", "aria-label": label, placeholder: texts.search,
    on: { input: () => later(), keydown, focus: () => later(0), blur: () => close() },
  });
  const named = (value) => names.get(value) ?? `#${value}`;

  function draw_chips() {
    chips.replaceChildren(
      ...state.chosen.map((value) =>
        element("li", { class: "cb-chip" }, element("span", {}, named(value)),
          button(icon("close"), () => { toggle(value); input.focus(); },
            { "aria-label": filled(texts.drop, { name: named(value) }) }))),
    );
    chips.hidden = !state.chosen.length;
  }

  function toggle(value) {
    const there = state.chosen.includes(value);
    state.chosen = there ? state.chosen.filter((each) => each !== value) : multiple ? [...state.chosen, value] : [value];
    draw_chips();
    change(state.chosen);
  }

  function pick(entry) {
    names.set(entry.id, entry.text);
    toggle(entry.id);
    input.value = "";
    multiple ? draw_options() : close();
  }

  function later(wait = WAIT) {
    clearTimeout(state.timer);
    state.timer = setTimeout(look, wait);
  }

  async function look() {
    state.asked?.abort();
    const asked = (state.asked = new AbortController());
    try {
      state.found = await search(input.value.trim(), asked.signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      told.textContent = texts.failed;
      return;
    }
    if (asked.signal.aborted || document.activeElement !== input) return;
    state.at = input.value.trim() && state.found.length ? 0 : -1;
    open();
    told.textContent = filled(texts.found, { n: state.found.length });
  }

  function draw_options() {
    list.replaceChildren(...state.found.map((entry, at) =>
      element("li", {
        id: `${id}-${at}`, role: "option", class: at === state.at ? "cb-option cb-at" : "cb-option",
        "aria-selected": String(state.chosen.includes(entry.id)),
        // The field keeps the focus: mousedown would take it away before the click.
        on: { mousedown: (event) => event.preventDefault(), click: () => pick(entry) },
      }, element("span", {}, entry.text), state.chosen.includes(entry.id) && icon("check"))));
    if (!state.found.length) list.append(element("li", { class: "cb-none", role: "presentation" }, texts.nothing));
    if (state.at >= 0) {
      input.setAttribute("aria-activedescendant", `${id}-${state.at}`);
      list.children[state.at]?.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  function open() {
    state.open = true;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    draw_options();
  }

  function close() {
    clearTimeout(state.timer);
    state.asked?.abort();
    state.open = false;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function keydown(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step) {
      event.preventDefault();
      if (!state.open) return void look();
      const all = state.found.length;
      state.at = all ? (state.at + step + all + (state.at < 0 && step < 0 ? 1 : 0)) % all : -1;
      draw_options();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (state.open && state.found[state.at]) pick(state.found[state.at]);
    } else if (event.key === "Escape" && state.open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && !input.value && state.chosen.length) {
      toggle(state.chosen.at(-1));
      if (state.open) draw_options();
    }
  }

  draw_chips();
  // Names that are not known yet come behind.
  ready?.then(draw_chips, () => {});
  return element("div", { class: "cb-picker" }, chips, element("div", { class: "cb-box" }, input, list), told);
}
