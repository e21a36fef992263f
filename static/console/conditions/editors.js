// The editor of a question's value: what it takes and the field's kind decide which.
import { button, element, filled, icon, select } from "./dom.js";
import { picker } from "./picker.js";
import { number, reader } from "./values.js";

// More choices than these are searched.
const MOST_BOXES = 8;

// about: {id, label, field, takes, op, value, change(value), texts, name(entry), reference}
export function editor(about) {
  const { field, takes } = about;
  if (takes === "nothing") return null;
  if (takes === "days") return days(about);
  if (takes === "period") return period(about);
  if (takes === "pair") return pair(about);
  if (about.reference) return rows(about, about.reference);
  if (takes === "many" && !field.choices.length) return words(about);
  if (takes === "many") return field.choices.length > MOST_BOXES ? rows(about, named(about)) : checks(about);
  return one(about);
}

function one({ id, label, field, value, change, texts, name }) {
  if (field.kind === "flag")
    return select([["true", texts.yes], ["false", texts.no]], value ?? true, (text) => change(text === "true"),
      { id, class: "cb-select", "aria-label": label });
  if (field.choices.length) {
    const entries = field.choices.map((choice, at) => [at, name(choice)]);
    const at = field.choices.findIndex((choice) => choice.value === value);
    return select([["", texts.choose], ...entries], at < 0 ? "" : at, (text) => change(field.choices[text]?.value),
      { id, class: "cb-select", "aria-label": label });
  }
  return input({ id, label, field, value, change });
}

function input({ id, label, field, value, change }) {
  const numeric = reader(field.kind);
  const read = numeric ?? ((text) => text || undefined);
  return element("input", {
    id, class: "cb-input", type: field.kind === "time" ? "date" : numeric ? "number" : "text", "aria-label": label,
    value: value ?? "", maxlength: 200, min: field.kind === "days" ? 0 : null, step: field.kind === "decimal" ? "any" : numeric ? 1 : null,
    on: { input: (event) => change(read(event.target.value)) },
  });
}

function days({ id, label, op, value, change, texts }) {
  const unit = texts.days[op];
  const field = element("input", {
    id, class: "cb-input cb-short", type: "number", min: 1, max: 36500, step: 1, "aria-label": `${label} (${unit})`,
    value: value?.days ?? "", on: { input: (event) => change({ days: number(event.target.value) }) },
  });
  return element("span", { class: "cb-line" }, field, element("span", { "aria-hidden": "true" }, unit));
}

function period({ id, label, value, change, texts }) {
  return select(Object.entries(texts.periods), value, change, { id, class: "cb-select", "aria-label": label });
}

function pair({ id, label, field, value, change, texts }) {
  const both = Array.isArray(value) ? [...value] : [undefined, undefined];
  const end = (at, says) =>
    input({ id: `${id}-${at}`, label: `${label}: ${says}`, field, value: both[at],
      change: (each) => { both[at] = each; change([...both]); } });
  return element("span", { class: "cb-line" }, end(0, texts.from),
    element("span", { "aria-hidden": "true" }, texts.to), end(1, texts.until));
}

function checks({ id, label, field, value, change, name }) {
  let chosen = Array.isArray(value) ? [...value] : [];
  const box = (choice, at) =>
    element("label", { class: "cb-check" },
      element("input", {
        id: at ? `${id}-${at}` : id, type: "checkbox", checked: chosen.includes(choice.value),
        on: { change: (event) => {
          chosen = chosen.filter((each) => each !== choice.value);
          if (event.target.checked) chosen.push(choice.value);
          change([...chosen]);
        } },
      }), name(choice));
  return element("div", { class: "cb-checks", role: "group", "aria-label": label }, field.choices.map(box));
}

// Choices, found as rows are.
function named({ field, name }) {
  const entries = field.choices.map((choice) => ({ id: choice.value, text: name(choice) }));
  const search = async (term) => entries.filter(({ text }) => text.toLowerCase().includes(term.toLowerCase()));
  return { names: new Map(entries.map(({ id, text }) => [id, text])), search };
}

function rows({ id, label, takes, value, change, texts }, reference) {
  const given = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const multiple = takes === "many";
  return picker({ id, label, multiple, chosen: given, change: (some) => change(multiple ? some : some[0]), texts,
    ...reference });
}

// Several texts or numbers: typed one by one, or pasted by lines.
function words({ id, label, field, value, change, texts }) {
  let chosen = Array.isArray(value) ? [...value] : [];
  const numeric = reader(field.kind);
  const chips = element("ul", { class: "cb-chips", "aria-label": label });
  const field_input = element("input", {
    id, class: "cb-input", type: "text", maxlength: 200, autocomplete: "off", "aria-label": label,
    placeholder: texts.several, on: { keydown, blur: take, paste },
  });

  function draw() {
    const chip = (each) =>
      element("li", { class: "cb-chip" }, element("span", {}, String(each)),
        button(icon("close"), () => { set(chosen.filter((other) => other !== each)); field_input.focus(); },
          { "aria-label": filled(texts.drop, { name: each }) }));
    chips.replaceChildren(...chosen.map(chip));
    chips.hidden = !chosen.length;
  }

  function set(some) {
    chosen = some;
    draw();
    change([...chosen]);
  }

  function add(typed) {
    const read = typed.map((text) => (numeric ? numeric(text) : text.trim())).filter((each) => each !== undefined && each !== "");
    if (read.length) set([...new Set([...chosen, ...read])]);
  }

  function take() {
    if (field_input.value.trim()) add([field_input.value]);
    field_input.value = "";
  }

  function paste(event) {
    const pasted = event.clipboardData.getData("text");
    if (!/[\n\t]/.test(pasted.trim())) return;
    event.preventDefault();
    add(pasted.split(/[\n\t]/).map((text) => text.slice(0, 200)));
  }

  function keydown(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !field_input.value && chosen.length) set(chosen.slice(0, -1));
  }

  draw();
  return element("div", { class: "cb-picker" }, chips, field_input);
}
