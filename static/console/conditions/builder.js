// The visual editor of a condition. The textarea stays what is posted: here it is read, written back and, for experts,
// shown. Without this script people write the JSON by hand.
import { Catalogue } from "./catalogue.js";
import { button, element, filled, icon } from "./dom.js";
import { Parts } from "./parts.js";
import { Preview } from "./preview.js";
import { Server } from "./server.js";
import { group, place_of, question, read, some, walk, write } from "./tree.js";
import { fresh, is_whole, number } from "./values.js";

class Builder {
  constructor(field, told) {
    this.field = field;
    this.texts = told.texts;
    this.catalogue = new Catalogue(told.fields, told.texts, told.language);
    this.errors = new Map();
    this.removed = null;
    const form = field.form;
    const about = () => {
      const corp = told.corp ?? form?.elements.namedItem("corp")?.value;
      return { ...(corp && { corp }), ...(told.segment && { segment: told.segment }) };
    };
    this.server = new Server(told.urls, about);
    this.preview = new Preview({
      server: this.server, texts: this.texts, failed: (errors) => this.refuse(errors),
      token: () => form?.elements.namedItem("csrfmiddlewaretoken")?.value ?? "",
    });
    this.parts = new Parts({ name: field.id, catalogue: this.catalogue, texts: this.texts, server: this.server, acts: this.acts() });
    this.mount();
  }

  mount() {
    const { texts, field } = this;
    this.tree = element("div", { class: "cb-tree" });
    this.undo = element("div", { class: "cb-undo", role: "status" });
    this.unread = element("p", { class: "cb-wrong", role: "alert", hidden: true });
    this.json = button([icon("data_object"), texts.json], () => this.show_json(field.hidden),
      { class: "cb-add", "aria-expanded": "false", "aria-controls": field.id });
    this.drawn = element("div", { class: "cb", role: "group", "aria-label": field.labels?.[0]?.textContent.trim() || texts.builder },
      this.tree, this.undo, this.preview.drawn, element("div", { class: "cb-foot" }, this.json), this.unread);
    field.before(this.drawn);
    this.drawn.append(field);
    field.setAttribute("aria-label", texts.json);
    field.addEventListener("change", () => this.load());
    // Enter in a field of the builder would send the form off half-written.
    this.tree.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([role=combobox])")) event.preventDefault();
    });
    // A hidden field that has to be filled in would keep the form from being sent without a word.
    this.required = field.required;
    field.required = false;
    const read = this.load();
    if (read && !field.value.trim()) this.fill();
    this.show_json(!read);
  }

  show_json(shown) {
    this.field.hidden = !shown;
    this.json.setAttribute("aria-expanded", String(shown));
    if (shown && this.root) this.field.value = this.field.value && JSON.stringify(JSON.parse(this.field.value), null, 2);
    if (shown && document.activeElement === this.json) this.field.focus();
  }

  // From the textarea. What can't be read stays there as it is, to be mended by hand.
  load() {
    try {
      const text = this.field.value.trim();
      this.root = text && text !== "null" ? read(JSON.parse(text)) : group();
    } catch {
      this.root = null;
    }
    this.unread.hidden = this.root !== null;
    this.unread.textContent = this.root ? "" : this.texts.unread;
    this.tree.hidden = this.root === null;
    this.removed = null;
    if (this.root === null) {
      this.preview.waiting("");
      return false;
    }
    this.errors.clear();
    this.draw();
    this.ask();
    return true;
  }

  // Who asks nothing is written as that where something has to be written.
  fill() {
    const { document } = write(this.root);
    const nothing = document.where === null && !this.required;
    this.field.value = nothing ? "" : JSON.stringify(document, null, this.field.hidden ? 0 : 2);
  }

  // To the textarea, after something was changed here.
  store() {
    this.fill();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.errors.clear();
    this.mark();
    this.ask();
  }

  ask() {
    const open = [...walk(this.root)].filter(({ node, set, parent }) => !this.is_whole(node, set, parent)).length;
    if (open) this.preview.waiting(filled(open === 1 ? this.texts.one_open : this.texts.number_open, { n: open }));
    else this.preview.soon(write(this.root).document);
  }

  is_whole(node, set, parent) {
    // The outermost group may be empty, and that of a set's rows.
    if (node.type === "group") return !parent || node.parts.length > 0;
    if (node.type === "some") return Number.isInteger(node.times);
    return Boolean(node.field && node.op) && is_whole(this.catalogue.takes(set, node), node.value);
  }

  refuse(errors) {
    this.errors.clear();
    const { places } = write(this.root);
    for (const { field, message } of errors) {
      const id = place_of(field, places);
      this.errors.set(id, [...new Set([...(this.errors.get(id) ?? []), message])]);
    }
    // Somebody may be typing: marks come and go without drawing anew.
    this.mark();
  }

  mark() {
    for (const old of this.tree.querySelectorAll(".cb-wrong")) old.remove();
    for (const [id, messages] of this.errors) {
      const at = this.tree.querySelector(`[data-node="${id}"]`) ?? this.tree.firstElementChild;
      const told = element("p", { class: "cb-wrong", id: `${this.field.id}-${id}-wrong` }, icon("error"), messages.join(" "));
      at.append(told);
      at.setAttribute("aria-describedby", told.id);
    }
  }

  draw(focus = document.activeElement?.id) {
    this.tree.replaceChildren(this.parts.part(this.root, "", 1));
    this.mark();
    this.undo.replaceChildren();
    if (this.removed)
      this.undo.append(element("span", {}, this.texts.removed),
        button([icon("undo"), this.texts.undo], () => this.bring_back(), { id: `${this.field.id}-undo`, class: "cb-add" }));
    if (focus) document.getElementById(focus)?.focus();
  }

  changed(focus) {
    this.draw(focus);
    this.store();
  }

  acts() {
    const id = (node, role) => this.parts.id(node, role);
    return {
      add: (parent, type) => {
        const first = question();
        const part = type === "group" ? group(parent.mode === "all" ? "any" : "all", [first]) : first;
        parent.parts.push(part);
        this.changed(id(first, "field"));
      },
      change: (node, what) => {
        Object.assign(node, what);
        this.changed();
      },
      ask: (node, set, key) => this.ask_other(node, set, key),
      compare: (node, set, op) => {
        const before = this.catalogue.takes(set, node);
        node.op = op;
        node.value = fresh(this.catalogue.takes(set, node), this.catalogue.field(set, node.field), node.value, before);
        this.changed();
      },
      value: (node, value) => {
        node.value = value;
        this.store();
      },
      count: (node, how) => {
        node.times = how === "none" ? 0 : Math.max(node.times || 1, 1);
        node.how = how === "none" ? "atMost" : how;
        this.changed();
      },
      times: (node, text) => {
        node.times = number(text);
        this.store();
      },
      remove: (node) => this.remove(node),
    };
  }

  // Another field, or rows of a set, in the place of what was asked.
  ask_other(node, set, key) {
    const [kind, name] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
    const { parent } = this.found(node);
    const other = kind === "set" ? some(name) : question(name);
    if (kind === "field") {
      const field = this.catalogue.field(set, name);
      other.op = field.ops[0]?.op ?? "";
      other.value = fresh(field.ops[0]?.takes ?? "nothing", field, undefined, "");
    }
    parent.parts[parent.parts.indexOf(node)] = other;
    this.changed(this.parts.id(other, "field"));
  }

  found(node) {
    return [...walk(this.root)].find((each) => each.node === node);
  }

  remove(node) {
    const { parent } = this.found(node);
    const at = parent.parts.indexOf(node);
    parent.parts.splice(at, 1);
    this.removed = { node, parent, at };
    this.changed(`${this.field.id}-undo`);
  }

  bring_back() {
    const { node, parent, at } = this.removed;
    this.removed = null;
    // The group it stood in may have been removed after it; then it comes back at the end of all.
    const place = this.found(parent) ? parent : this.root;
    place.parts.splice(at, 0, node);
    this.changed(this.parts.id(node, "remove"));
  }
}

for (const field of document.querySelectorAll("textarea[data-condition]")) {
  const told = JSON.parse(document.getElementById(field.dataset.condition).textContent);
  new Builder(field, told);
}
